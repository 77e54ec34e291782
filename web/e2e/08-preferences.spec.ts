/** The app in German, in the dark, and without a mouse. */
import type { Page } from "@playwright/test";
import { expect, test } from "./support/test";

const EXAMPLE = "SimBench semi-urban";

test("German has German words, numbers and dates, and stays", async ({ page, signIn, api, look }) => {
  const run = await api.lastRun((await api.grid(EXAMPLE)).id, "example");
  await signIn();
  await page.getByRole("button", { name: "Language" }).click();
  await page.getByRole("menuitem", { name: "Deutsch" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Gemeinschaften" })).toBeVisible();
  await page.reload();
  await expect(page.getByRole("heading", { level: 1, name: "Gemeinschaften" })).toBeVisible();
  await expect(page.locator("html")).toHaveAttribute("lang", /^de/);
  await page.goto(`/runs/${run.id}`);
  await expect(page.getByText(/22,9\s?%/).first()).toBeVisible();
  await expect(page.getByText(/01\.01\.2016|1\. Januar 2016|1\. Jan\.? 2016/).first()).toBeVisible();
  await look("german-overview");
  await page.goto("/runs/new");
  await look("german-new-run");
  await page.getByRole("button", { name: "Sprache" }).click();
  await page.getByRole("menuitem", { name: "English" }).click();
  await expect(page.getByRole("navigation").getByRole("link", { name: "Communities" })).toBeVisible();
});

test("dark stays dark, and the system's choice is followed until then", async ({ page, signIn }) => {
  await page.emulateMedia({ colorScheme: "dark" });
  await signIn();
  await expect(page.locator("html")).toHaveAttribute("data-mantine-color-scheme", "dark");
  await page.emulateMedia({ colorScheme: "light" });
  await expect(page.locator("html")).toHaveAttribute("data-mantine-color-scheme", "light");
  await page.getByRole("button", { name: "Colours" }).click();
  await page.getByRole("menuitem", { name: "Dark" }).click();
  await expect(page.locator("html")).toHaveAttribute("data-mantine-color-scheme", "dark");
  await page.reload();
  await expect(page.locator("html")).toHaveAttribute("data-mantine-color-scheme", "dark");
});

test("from the sign-in to a run by keyboard alone", async ({ page, suite }) => {
  await page.goto("/sign-in");
  await expect(page.getByLabel("User name")).toBeFocused();
  await page.keyboard.type(suite.username);
  await page.keyboard.press("Tab");
  await page.keyboard.type(suite.password);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Communities" })).toBeVisible();

  await page.reload(); // focus begins at the top of the page
  await expect(page.getByRole("heading", { level: 1, name: "Communities" })).toBeVisible();
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to the content" })).toBeFocused();
  await expect(page.getByRole("link", { name: "Skip to the content" })).toBeInViewport();
  await page.keyboard.press("Enter");
  await expect(page.locator("#content")).toBeFocused();
  await tabTo(page, "link", EXAMPLE);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: EXAMPLE })).toBeVisible();
  await tabTo(page, "link", "See the results");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/runs\/\d+$/);
  await expect(page.getByRole("heading", { name: "At a glance" })).toBeVisible();

  await page.reload();
  await expect(page.getByRole("heading", { name: "At a glance" })).toBeVisible();
  await tabTo(page, "button", "Colours");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("menuitem", { name: "Light" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: "Colours" })).toBeFocused();
});

/** Presses Tab until the focus is there, as a person would; a page has fewer stops than this. */
async function tabTo(page: Page, role: "link" | "button", name: string): Promise<void> {
  const wanted = page.getByRole(role, { name, exact: true }).first();
  await wanted.waitFor();
  for (let stops = 0; stops < 80; stops++) {
    if (await wanted.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  await expect(wanted).toBeFocused();
}
