/** Everything that goes wrong says what to do, and goes on afterwards. */
import { Api } from "./support/api";
import { control } from "./support/suite";
import { expect, test } from "./support/test";

const EXAMPLE = "SimBench semi-urban";
const RESTART_MS = 90_000;

test("a file with faults is refused by line, and nothing is stored", async ({ page, signIn, look }) => {
  await signIn();
  await page.goto("/profiles/import");
  await page.getByLabel(/Drop a file here/).setInputFiles({
    name: "faulty.csv",
    mimeType: "text/csv",
    buffer: Buffer.from(csvWith({ 5: "2027-01-01T01:00:00Z,not a number", 7: "yesterday,1.2" })),
  });
  await page.getByRole("button", { name: "Check the whole file" }).click();
  const findings = page.getByRole("alert");
  await expect(findings).toContainText("keep the file from being stored");
  await expect(findings.getByRole("listitem").filter({ hasText: "Line 5:" })).toContainText("not a number");
  await expect(findings.getByRole("listitem").filter({ hasText: "Line 7:" })).toContainText("yesterday");
  await expect(page.getByRole("button", { name: /^Store/ })).toBeDisabled();
  await look("bad-csv");
});

test("what does not exist, and what one may not see, is one page with a way on", async ({ page, signIn, look }) => {
  await signIn();
  for (const path of ["/nowhere", "/runs/abc", "/communities/999999", "/profiles/999999", "/runs/999999"]) {
    await page.goto(path);
    await expect(page.getByRole("alert"), path).toContainText("There is nothing here that you may see");
  }
  await look("not-found");
  await page.goto("/nowhere");
  await page.getByRole("link", { name: "To the start" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Communities" })).toBeVisible();
});

test("a viewer looks and is offered nothing that the role forbids", async ({ page, signIn, api, look }) => {
  const grid = await api.grid(EXAMPLE);
  const viewer = { username: `e2e-viewer-${Date.now()}`, password: "quiet words to look with" };
  const { id } = await api.post<{ id: number }>("/users", { ...viewer, role: "viewer" });
  await api.post(`/users/${id}/grants`, { grid_id: grid.id, access: "view" });
  await signIn(viewer.username, viewer.password);
  await page.getByRole("link", { name: EXAMPLE, exact: true }).click();
  await expect(page.getByText("104 houses, 1 transformer")).toBeVisible();
  await expect(page.getByRole("link", { name: "New run" })).toHaveCount(0);
  await page.getByRole("button", { name: "More to do with this community" }).click();
  await expect(page.getByRole("menuitem", { name: "Download as JSON" })).toBeVisible();
  await expect(page.getByRole("menuitem", { name: "Delete" })).toHaveCount(0);
  await page.keyboard.press("Escape");
  await look("viewer");
  await page.goto("/communities/new");
  await expect(page.getByText("Your role does not make communities")).toBeVisible();
  await page.goto("/users");
  await expect(page.getByText("This page is for administrators")).toBeVisible();
});

test("a session that was ended elsewhere leads to the sign-in, and back to the page", async ({ page, api, look }) => {
  const who = { username: `e2e-leaver-${Date.now()}`, password: "quiet words to leave with" };
  await api.post("/users", { ...who, role: "operator" });
  // The page's clock is put forward instead of waiting until its access token ends.
  await page.clock.install();
  await page.goto("/profiles?type=load");
  await enter(page, who);
  await expect(page).toHaveURL(/\/profiles\?type=load$/);
  const elsewhere = await Api.signIn(who.username, who.password);
  await elsewhere.post("/auth/logout"); // all sessions of this user
  await page.clock.fastForward("20:00");
  // What the page asks by itself may meet the end of the session before this press does.
  const runs = page.getByRole("navigation").getByRole("link", { name: "Runs" });
  await runs.click({ timeout: 10_000 }).catch(() => undefined);
  await expect(page).toHaveURL(/\/sign-in\?next=%2F(runs|profiles)/);
  await expect(page.getByRole("status")).toContainText("Your session has ended");
  await look("session-ended");
  await enter(page, who);
  await expect(page).toHaveURL(/\/(runs$|profiles\?type=load$)/);
});

test("a service that is down is named as such, and the page recovers", async ({ page, signIn, look }) => {
  test.setTimeout(3 * RESTART_MS);
  const admin = await Api.signIn();
  const run = await admin.lastRun((await admin.grid(EXAMPLE)).id, "example");
  await signIn();
  control("stop", "results");
  try {
    await page.goto(`/runs/${run.id}`);
    await expect(page.getByRole("alert").first()).toContainText("A part of Hygge is down at the moment");
    await look("service-down");
  } finally {
    control("start", "results");
  }
  await expect(async () => {
    const retry = page.getByRole("button", { name: "Try again" }).first();
    if (await retry.isVisible()) await retry.click();
    await expect(page.getByRole("heading", { name: "At a glance" })).toBeVisible({ timeout: 5_000 });
  }).toPass({ timeout: RESTART_MS });
});

test("without a connection the page says so, and goes on by itself", async ({ page, context, signIn, api }) => {
  const run = await api.lastRun((await api.grid(EXAMPLE)).id, "example");
  await signIn();
  await page.goto(`/runs/${run.id}/day?date=2016-06-15`);
  await expect(page.locator('[data-chart="ready"]').first()).toBeVisible();
  await context.setOffline(true);
  await page
    .getByRole("button", { name: /^(Next|Later)/ })
    .first()
    .click();
  await expect(page.getByRole("status").filter({ hasText: "Hygge can't be reached" })).toBeVisible();
  await context.setOffline(false);
  await expect(page.getByRole("status").filter({ hasText: "Hygge can't be reached" })).toHaveCount(0);
  await expect(page.getByText("Thursday, 16 June 2016").or(page.getByText("Thursday 16 June 2016"))).toBeVisible();
});

async function enter(
  page: import("@playwright/test").Page,
  who: { username: string; password: string },
): Promise<void> {
  await page.getByLabel("User name").fill(who.username);
  await page.getByLabel(/^Password/).fill(who.password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

/** A quarter of a day by quarter-hours; some lines (the first below the header is 2) replaced. */
function csvWith(lines: Record<number, string>): string {
  const rows = Array.from({ length: 24 }, (_, step) => {
    const at = new Date(Date.UTC(2027, 0, 1) + step * 900_000).toISOString().replace(".000", "");
    return lines[step + 2] ?? `${at},${(step / 10).toFixed(1)}`;
  });
  return ["time,House", ...rows, ""].join("\n");
}
