/** What the example's year found, on every page; the numbers are the API's, the files are real. */
import { resolve } from "node:path";
import { Api } from "./support/api";
import { downloaded } from "./support/files";
import { ARTEFACTS } from "./support/suite";
import { expect, test } from "./support/test";

const EXAMPLE = "SimBench semi-urban";
const NAME = "SimBench semi-urban, one year";
const RUN_MS = 180_000;

interface Summary {
  indicators: Record<string, number>;
}

let runId = 0;

test.beforeAll(async () => {
  const api = await Api.signIn();
  const grid = await api.grid(EXAMPLE);
  const { items } = await api.get<{ items: { id: number; name: string | null }[] }>(
    `/runs?grid_id=${grid.id}&status=succeeded&limit=100`,
  );
  runId = items.find(({ name }) => name === NAME)?.id ?? 0;
  expect(runId, "the example's year, which journey 02 runs").toBeGreaterThan(0);
});

test("the overview says what the API says, and compares with no community", async ({ page, signIn, api, look }) => {
  test.setTimeout(2 * RUN_MS);
  const { indicators } = await api.get<Summary>(`/results/${runId}/summary`);
  await signIn();
  await page.goto(`/runs/${runId}`);
  for (const [name, text] of [
    ["Self-sufficiency", percent(indicators.self_sufficiency_rate)],
    ["Self-consumption", percent(indicators.self_consumption_rate)],
    ["Local coverage", percent(indicators.local_coverage_rate)],
  ] as const)
    await expect(page.getByRole("main"), name).toContainText(text);
  await expect(page.getByRole("button", { name: /Proven: all balances hold/ })).toBeVisible();
  const make = page.getByRole("button", { name: "Compute without a community" });
  if (await make.isVisible()) await make.click();
  await expect(page.getByRole("link", { name: "Compare with no community" })).toBeVisible({ timeout: RUN_MS });
  await look("overview");
  await page.getByRole("link", { name: "Compare with no community" }).click();
  await expect(page).toHaveURL(/\/compare\?runs=/);
  await expect(page.getByRole("heading", { name: "What was set differently" })).toBeVisible();
  await expect(page.getByRole("main")).toContainText(/Nothing is shared|No sharing/i);
  await look("compare");
});

test("days, by arrows and by address", async ({ page, signIn, look }) => {
  await signIn();
  await page.goto(`/runs/${runId}/day?date=2016-06-15`);
  await expect(page.getByText(/Wednesday,? 15 June 2016/)).toBeVisible();
  await look("day");
  await page.getByRole("button", { name: "Next day" }).click();
  await expect(page).toHaveURL(/date=2016-06-16/);
  await page.getByRole("main").getByRole("heading", { level: 1 }).click();
  await page.getByLabel("Day", { exact: true }).fill("2016-12-24");
  await expect(page.getByText(/Saturday,? 24 December 2016/)).toBeVisible();
  await page.goBack();
});

test("heatmaps, transformers, trades, details", async ({ page, signIn, look }) => {
  await signIn();
  await page.goto(`/runs/${runId}/heatmaps`);
  await expect(page.getByRole("main").locator('[data-chart="ready"]').first()).toBeVisible();
  await look("heatmaps");
  const tabs = page.getByRole("navigation", { name: "Parts of the run" });
  await tabs.getByRole("link", { name: "Transformers" }).click();
  await expect(page.getByRole("main").getByRole("table").first()).toContainText("630");
  await look("transformers");
  await tabs.getByRole("link", { name: "Trades" }).click();
  await expect(page.getByRole("heading", { name: "Who trades with whom" })).toBeVisible();
  await look("trades");
  await tabs.getByRole("link", { name: "Details" }).click();
  await expect(page.getByRole("main")).toContainText("All checks hold");
  await look("details");
});

test("the houses sort, and each has its page and its bill", async ({ page, signIn, api, look }) => {
  await signIn();
  await page.goto(`/runs/${runId}/houses`);
  const table = page.getByRole("main").getByRole("table").first();
  await expect(page.getByText("104 rows")).toBeVisible();
  const load = table.getByRole("columnheader", { name: /^Load/ });
  await load.getByRole("button").click();
  await expect(load).toHaveAttribute("aria-sort", /ascending|descending/);
  await look("houses");
  const csv = await downloaded(page, "csv", () => page.getByRole("button", { name: "Save as CSV: Houses" }).click());
  expect(csv.toString("utf8").trim().split(/\r?\n/)).toHaveLength(105);

  const house = table.getByRole("link").first();
  const name = (await house.textContent()) ?? "";
  await house.click();
  await expect(page.getByRole("heading", { name, exact: true })).toBeVisible();
  await look("house");
  const houseId = Number(/houses\/(\d+)/.exec(page.url())?.[1]);
  const bill = await api.get<{ bill_eur?: number; total_eur?: number }>(`/results/${runId}/bills/${houseId}`);
  expect(JSON.stringify(bill)).toContain(name);
  const pdf = await downloaded(page, "pdf", () => page.getByRole("button", { name: "PDF", exact: true }).click());
  expect(pdf.length).toBeGreaterThan(2_000);
  await downloaded(page, "json", () => page.getByRole("button", { name: "Save the bill as JSON" }).click());
  await page.getByRole("button", { name: "Open and print" }).click();
  await expect(page.getByRole("dialog", { name: `Bill of ${name}` })).toBeVisible();
});

test("tables and charts are saved as real files", async ({ page, signIn }) => {
  await signIn();
  await page.goto(`/runs/${runId}`);
  for (const [item, kind] of [
    ["Bills as CSV", "csv"],
    ["Indicators as Parquet", "parquet"],
  ] as const)
    await downloaded(page, kind, async () => {
      await page.getByRole("button", { name: "Download", exact: true }).click();
      await page.getByRole("menuitem", { name: item }).click();
    });
  await downloaded(page, "png", () =>
    page
      .getByRole("button", { name: /^Save as picture/ })
      .first()
      .click(),
  );
});

test("the report prints", async ({ page, signIn, look }) => {
  await signIn();
  await page.goto(`/runs/${runId}/report`);
  await expect(page.getByRole("heading", { name: "Method and proof" })).toBeVisible();
  await look("report");
  const path = resolve(ARTEFACTS, "files", "report.pdf");
  const pdf = await page.pdf({ path, format: "A4", printBackground: true, preferCSSPageSize: true });
  expect(pdf.subarray(0, 5).toString()).toBe("%PDF-");
  const pages = pdf.toString("latin1").match(/\/Type\s*\/Page\b/g)?.length ?? 0;
  expect(pages, "pages of the report").toBeGreaterThan(2);
  expect(pages, "pages of the report").toBeLessThan(20);
});

/** As an English browser writes it. */
function percent(share: number | undefined): string {
  return (share ?? Number.NaN).toLocaleString("en-GB", {
    style: "percent",
    maximumFractionDigits: 1,
  });
}
