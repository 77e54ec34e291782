/** What people press on the example's year, each with the time until the browser painted the answer. */
import { observe, quiet, signIn, toNextPaint } from "./page.mjs";

const TABS = ["Days", "Heatmaps", "Transformers", "Houses", "Trades", "Details", "Overview"];

export async function interactions(context, task) {
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  await observe(page);
  await signIn(page, task);
  const found = [];
  const measure = async (name, act) => found.push([name, await toNextPaint(page, act)]);

  await results(page, task.runId, measure);
  await houses(page, task.runId, measure);
  await profile(page, measure);
  await forms(page, measure);
  await context.close();
  return found;
}

async function results(page, runId, measure) {
  await page.goto(`/runs/${runId}`);
  const tabs = page.getByRole("navigation", { name: "Parts of the run" });
  for (const name of TABS) await measure(`results: to ${name}`, () => tabs.getByRole("link", { name }).click());

  await page.goto(`/runs/${runId}/day?date=2016-06-15`);
  await measure("day: next", () => page.getByRole("button", { name: "Next day" }).click());
  await measure("day: previous", () => page.getByRole("button", { name: "Previous day" }).click());
  await measure("day: next by arrow key", () => page.keyboard.press("ArrowRight"));
  await measure("theme: open the menu", () => page.getByRole("button", { name: "Colours" }).click());
  await measure("theme: dark, on a page of charts", () => page.getByRole("menuitem", { name: "Dark" }).click());
}

async function houses(page, runId, measure) {
  await page.goto(`/runs/${runId}/houses`);
  const table = page.getByRole("table").first();
  for (const column of [1, 2])
    await measure(`houses: sort by column ${column + 1}`, () =>
      table.getByRole("columnheader").nth(column).getByRole("button").click(),
    );
  await measure("houses: search, key by key", () => page.getByRole("textbox", { name: /^Search/ }).pressSequentially("Bus 4"));
  await measure("houses: open one", () => table.getByRole("link").first().click());
}

async function profile(page, measure) {
  await page.goto("/profiles");
  await quiet(page);
  await measure("profiles: open one", () => page.getByRole("table").getByRole("link").first().click());
  for (const times of [1, 2, 3])
    await measure(`profile: zoom in, ${times}`, () => page.getByRole("button", { name: "Zoom in" }).click());
  await measure("profile: later", () => page.getByRole("button", { name: "Later" }).click());
  await measure("profile: duration curve", () => page.getByText("Duration curve", { exact: true }).click());
  await measure("profile: heatmap", () => page.getByText("Heatmap", { exact: true }).click());
}

async function forms(page, measure) {
  const main = page.getByRole("navigation", { name: "Main navigation" });
  await measure("runs: open the list", () => main.getByRole("link", { name: "Runs" }).click());
  await measure("runs: open the form", () => page.getByRole("link", { name: "New run" }).click());
  await measure("runs: type a name", () => page.getByRole("textbox", { name: "Name", exact: true }).pressSequentially("A name"));
  await measure("runs: choose another sharing", async () => {
    await page.getByRole("combobox", { name: "Allocation" }).click();
    await page.getByRole("option", { name: /^Equal/ }).click();
  });
}
