/** Runs: from the form to results, cancelled, repeated, in sweeps, found again. */
import type { Page } from "@playwright/test";
import { press } from "./support/segments";
import { control } from "./support/suite";
import { expect, test } from "./support/test";

// What is found and compared at the end was started at the beginning.
test.describe.configure({ mode: "serial" });

const EXAMPLE = "SimBench semi-urban";
const RUN_MS = 180_000;
const STAMP = Date.now();

test("the form explains, estimates and starts; the progress survives a reload", async ({ page, signIn, api, look }) => {
  test.setTimeout(2 * RUN_MS);
  const { id } = await api.grid(EXAMPLE);
  await signIn();
  await page.goto(`/runs/new?grid=${id}`);
  await expect(page.getByRole("heading", { name: "What it will take" })).toBeVisible();
  await expect(page.getByText(/104 houses × 35,136 steps/)).toBeVisible();
  await page.getByRole("combobox", { name: "Allocation" }).click();
  await page.getByRole("option", { name: /^Equal/ }).click();
  await expect(page.getByRole("combobox", { name: "Allocation" })).toHaveAccessibleDescription(
    /Everybody gets the same amount until they have enough/,
  );
  await page.getByRole("textbox", { name: "Name", exact: true }).fill(`E2E equal ${STAMP}`);
  await page.getByRole("combobox", { name: "Tags" }).fill("e2e");
  await page.keyboard.press("Enter");
  await look("new-run");
  await start(page);
  await expect(page).toHaveURL(/\/runs\/\d+$/);
  await page.reload();
  await expect(page.getByText("Self-sufficiency").first()).toBeVisible({ timeout: RUN_MS });
  await expect(page.getByText("Done", { exact: true }).first()).toBeVisible();
});

test("what is missing is said at its field", async ({ page, signIn, api, look }) => {
  const { id } = await api.grid(EXAMPLE);
  await signIn();
  await page.goto(`/runs/new?grid=${id}`);
  await page.getByRole("combobox", { name: "Pricing" }).click();
  await page.getByRole("option", { name: /^A fixed price/ }).click();
  await expect(page.getByText("One entry is missing or needs a correction.")).toBeVisible();
  await page.getByRole("button", { name: "Show the first" }).click();
  await expect(page.getByText("Please fill this in.").first()).toBeVisible();
  await look("new-run-missing");
});

test("a run is cancelled while it waits, and repeated", async ({ page, signIn, api, look }) => {
  test.setTimeout(2 * RUN_MS);
  const { id } = await api.grid(EXAMPLE);
  const last = await api.lastRun(id);
  const { parameters } = await api.get<{ parameters: object }>(`/runs/${last.id}`);
  // Nobody works on it, so that there is all the time to press.
  control("stop", "worker1");
  try {
    const { id: runId } = await api.post<{ id: number }>("/runs", { ...parameters, name: `E2E cancelled ${STAMP}` });
    await signIn();
    await page.goto(`/runs/${runId}`);
    await page.getByRole("button", { name: "Cancel run" }).click();
    await page.getByRole("dialog", { name: "Cancel this run?" }).getByRole("button", { name: "Cancel run" }).click();
    await expect(page.getByText("The run was cancelled")).toBeVisible();
    await look("run-cancelled");
  } finally {
    control("start", "worker1");
  }
  const cancelled = page.url();
  await page.getByRole("button", { name: "Run again" }).click();
  await expect(page).not.toHaveURL(cancelled);
  await expect(page.getByText("Self-sufficiency").first()).toBeVisible({ timeout: RUN_MS });
});

test("runs are found by filters, chosen and compared", async ({ page, signIn, look }) => {
  await signIn();
  await page.goto("/runs");
  await look("runs");
  await page
    .getByRole("combobox", { name: "State" })
    .or(page.getByRole("textbox", { name: "State" }))
    .first()
    .click();
  await page.getByRole("option", { name: "Cancelled" }).click();
  await expect(page).toHaveURL(/status=cancelled/);
  await expect(page.getByRole("link", { name: `E2E cancelled ${STAMP}` }).first()).toBeVisible();
  await expect(page.getByRole("link", { name: `E2E equal ${STAMP}` })).toHaveCount(0);
  await page.goto("/runs?status=succeeded");
  await page.getByRole("checkbox", { name: `Choose run E2E equal ${STAMP}` }).check();
  await page
    .getByRole("checkbox", { name: /^Choose run SimBench semi-urban, one year/ })
    .first()
    .check();
  await page.getByRole("link", { name: "Compare", exact: true }).last().click();
  await expect(page).toHaveURL(/\/compare\?runs=/);
  await expect(page.getByRole("heading", { name: "What was set differently" })).toBeVisible();
});

test("a sweep of two by two shows what came of each", async ({ page, signIn, api, look }) => {
  test.setTimeout(2 * RUN_MS);
  const { id } = await api.grid(EXAMPLE);
  await signIn();
  await page.goto("/sweeps");
  await page.goto(`/sweeps/new?grid=${id}`);
  await page.getByRole("textbox", { name: "Name of the sweep" }).fill(`E2E sweep ${STAMP}`);
  await press(page, "Week");
  await choose(page, 0, ["No sharing", "Proportional"]);
  await page.getByRole("button", { name: "Vary something" }).click();
  await page
    .getByRole("combobox", { name: "Entry" })
    .or(page.getByRole("textbox", { name: "Entry" }))
    .nth(1)
    .click();
  await page
    .getByRole("option", { name: /Batteries|Storage/ })
    .first()
    .click();
  await choose(page, 1, ["Batteries rest", "Own use"]);
  await expect(page.getByText("4", { exact: true }).first()).toBeVisible();
  await look("new-sweep");
  await page.getByRole("button", { name: "Start all" }).first().click();
  await expect(page.getByRole("heading", { level: 1, name: `E2E sweep ${STAMP}` })).toBeVisible();
  const table = page.getByRole("region", { name: "Outcomes" });
  await expect(table.getByText("Done")).toHaveCount(4, { timeout: RUN_MS });
  await look("sweep");
  for (const number of [0, 1]) await table.getByRole("checkbox").nth(number).check();
  await page.getByRole("link", { name: "Compare chosen runs" }).click();
  await expect(page).toHaveURL(/\/compare\?runs=\d+(,|%2C)\d+/);
});

async function start(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Start", exact: true }).first().click();
}

/** Takes just these values of the entry at this place of what is varied; some are chosen from the start. */
async function choose(page: Page, place: number, names: string[]): Promise<void> {
  const values = page.getByRole("combobox", { name: "Values" });
  // The field of its pills lies over the input; a press on it opens the list.
  await values.nth(place).click({ force: true });
  for (const name of names) await expect(page.getByRole("option", { name, exact: true })).toBeVisible();
  const options = page.getByRole("option").filter({ visible: true });
  for (const option of await options.all()) {
    const isChosen = (await option.getAttribute("aria-selected")) === "true";
    const isWanted = names.includes((await option.innerText()).trim());
    if (isChosen !== isWanted) await option.click();
  }
  await page.keyboard.press("Escape");
}
