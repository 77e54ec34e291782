/** The community's tree in the editor: everything that can be done to it, by mouse and by keyboard. */
import type { Page } from "@playwright/test";
import type { Api } from "./support/api";
import { press } from "./support/segments";
import { expect, test } from "./support/test";

const EXAMPLE = "SimBench semi-urban";
const NAME = `E2E ${Date.now()} editor`;

// Each builds on what the one before has stored.
test.describe.configure({ mode: "serial" });

interface Document {
  transformers: { name: string; houses: { name: string; devices: { kind: string }[] }[] }[];
}

test("the example as a graph and as an outline", async ({ page, signIn, api, look }) => {
  const { id } = await api.grid(EXAMPLE);
  await signIn();
  await page.goto(`/communities/${id}/topology`);
  await expect(graph(page)).toBeVisible();
  await expect(page.getByText("Nothing selected")).toBeVisible();
  await look("topology-graph");
  await find(page, "LV5.201 Bus 4", /^LV5\.201 Bus 4\b/);
  await expect(panel(page).getByRole("heading", { name: "LV5.201 Bus 4" })).toBeVisible();
  await expect(panel(page)).toContainText("51.2 kWp");
  await press(page, "Outline");
  await expect(page).toHaveURL(/view=outline/);
  await expect(page.getByRole("treegrid").or(page.getByRole("tree"))).toBeVisible();
  await look("topology-outline");
});

test("add, change, copy, undo, move, save: and it is there after a reload", async ({ page, signIn, api }) => {
  await api.post("/grids/import", village());
  const { id } = await api.grid(NAME);
  await signIn();
  await page.goto(`/communities/${id}/topology`);
  await expect(page.getByRole("status").filter({ hasText: "Saved" })).toBeVisible();

  await add(page, "Add transformer");
  await rename(page, "South");
  await add(page, "Add house");
  await rename(page, "Mill");
  await page.getByRole("button", { name: "Add device" }).click();
  await page.getByRole("menuitem", { name: "Battery" }).click();
  await expect(page.getByRole("status").filter({ hasText: "Not saved yet" })).toBeVisible();

  // What a battery needs is asked for at its fields; a fault is said there too.
  const capacity = panel(page).getByLabel("Capacity").first();
  await capacity.fill("-5");
  await expect(panel(page)).toContainText(/Must be more than|Not below/);
  await capacity.fill("10");
  await panel(page).getByLabel("Charging power").first().fill("5");
  await panel(page).getByLabel("Discharging power").first().fill("5");
  await expect(page.getByText(/needs? a correction/)).toHaveCount(0);

  await find(page, "Mill", /^Mill\b/);
  await page.getByRole("button", { name: "Duplicate" }).first().click();
  await hasHouses(page, 4);
  await page.getByRole("button", { name: "Undo" }).click();
  await hasHouses(page, 3);
  await page.getByRole("button", { name: "Redo" }).click();
  await hasHouses(page, 4);
  await page.getByRole("button", { name: "Undo" }).click();

  await save(page);
  await page.reload();
  await expect(graph(page)).toBeVisible();
  const stored = await documentOf(api, id);
  expect(stored.transformers.map(({ name }) => name)).toEqual(["North", "South"]);
  expect(stored.transformers[1]?.houses).toMatchObject([{ name: "Mill", devices: [{ kind: "battery" }] }]);
});

test("a house is moved by dragging it, and by the dialog", async ({ page, signIn, api }) => {
  const { id } = await api.grid(NAME);
  await signIn();
  await page.goto(`/communities/${id}/topology`);
  const frames = page.locator(".react-flow__node-frame");
  await expect(frames).toHaveCount(2);
  const house = page.locator(".react-flow__node-house").filter({ hasText: "Bakery" });
  const [from, to] = [await house.boundingBox(), await frames.nth(1).boundingBox()];
  if (from === null || to === null) throw new Error("The house and the transformer are not in sight.");
  await page.mouse.move(from.x + from.width / 2, from.y + 10);
  await page.mouse.down();
  await page.mouse.move(from.x + from.width / 2 + 20, from.y + 20, { steps: 4 });
  await page.mouse.move(to.x + to.width / 2, to.y + to.height / 2, { steps: 12 });
  await page.mouse.up();
  await expect(panel(page)).toContainText("South");
  await save(page);
  expect((await documentOf(api, id)).transformers[1]?.houses.map(({ name }) => name).sort()).toEqual([
    "Bakery",
    "Mill",
  ]);

  await find(page, "Bakery", /^Bakery\b/);
  await page.getByRole("button", { name: "Move to …" }).first().click();
  const dialog = page.getByRole("dialog", { name: "Move" });
  await dialog.getByRole("combobox").or(dialog.getByRole("textbox")).first().click();
  await page.getByRole("option", { name: "North" }).click();
  await dialog.getByRole("button", { name: "Move", exact: true }).click();
  await save(page);
  expect((await documentOf(api, id)).transformers[0]?.houses.map(({ name }) => name)).toContain("Bakery");
});

test("several are changed at once, and the keyboard goes through the graph", async ({ page, signIn, api, look }) => {
  const { id } = await api.grid(NAME);
  await signIn();
  await page.goto(`/communities/${id}/topology`);
  await page.getByLabel("Search houses, transformers and devices").fill("residential");
  await page.getByRole("option", { name: /^Select all/ }).click();
  await expect(panel(page).getByRole("heading", { name: "3 selected" })).toBeVisible();
  await look("topology-several");
  await panel(page).getByLabel("Type of house").fill("business");
  await save(page);

  await graph(page).focus();
  await page.keyboard.press("Escape");
  await page.keyboard.press("ArrowDown");
  await expect(panel(page).getByRole("heading", { level: 2 })).toBeVisible();
  await expect(panel(page).getByText("Nothing selected")).toHaveCount(0);
  const before = await panel(page).getByRole("heading", { level: 2 }).textContent();
  await page.keyboard.press("ArrowDown");
  await expect(panel(page).getByRole("heading", { level: 2 })).not.toHaveText(before ?? "");
});

test("who leaves with unsaved changes is asked; who saves over somebody else's is told", async ({
  page,
  signIn,
  api,
}) => {
  const { id } = await api.grid(NAME);
  await signIn();
  await page.goto(`/communities/${id}/topology`);
  await add(page, "Add transformer");
  await page.getByRole("navigation", { name: "Main navigation" }).getByRole("link", { name: "Runs" }).click();
  const leaving = page.getByRole("dialog", { name: "There are unsaved changes" });
  await leaving.getByRole("button", { name: "Stay here" }).click();
  await api.post(`/grids/${id}/transformers`, { name: "Of somebody else" });
  await page.getByRole("button", { name: "Save", exact: true }).click();
  const conflict = page.getByRole("dialog", { name: "Somebody else saved this community in the meantime" });
  await conflict.getByRole("button", { name: "Load what is stored" }).click();
  await expect(page.getByRole("status").filter({ hasText: "Saved" })).toBeVisible();
  await find(page, "Of somebody else", /^Of somebody else/);
  await expect(panel(page).getByRole("heading", { name: "Of somebody else" })).toBeVisible();
});

test("a priority list is made, ordered by the keyboard, and stays", async ({ page, signIn, api, look }) => {
  const { id } = await api.grid(EXAMPLE);
  await signIn();
  await page.goto(`/communities/${id}/priorities`);
  await page.getByRole("button", { name: "New list" }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel(/^Name of the list/).fill("E2E order");
  await dialog.getByRole("button", { name: /^(Create|Save|New list)$/ }).click();
  await expect(page.getByRole("heading", { name: "E2E order" })).toBeVisible();
  await look("priorities");
  await page.reload();
  await expect(page.getByRole("heading", { name: "E2E order" })).toBeVisible();
});

const graph = (page: Page) => page.getByRole("region", { name: /^Graph of/ });
const panel = (page: Page) => page.getByRole("region", { name: "Particulars" });

async function add(page: Page, what: string): Promise<void> {
  await page.getByRole("toolbar").getByRole("button", { name: "Add", exact: true }).click();
  await page.getByRole("menuitem", { name: what }).click();
}

async function rename(page: Page, name: string): Promise<void> {
  await panel(page)
    .getByRole("textbox", { name: /^Name\b/ })
    .first()
    .fill(name);
  await expect(panel(page).getByRole("heading", { level: 2 })).toHaveText(name);
}

async function find(page: Page, words: string, option: RegExp): Promise<void> {
  const search = page.getByLabel("Search houses, transformers and devices");
  await search.fill(words);
  await page.getByRole("option", { name: option }).first().click();
  await search.fill("");
}

/** The draft's houses, as the graph counts them at its top. */
async function hasHouses(page: Page, count: number): Promise<void> {
  await page.getByRole("button", { name: "Show everything" }).click(); // what is out of sight is not drawn
  await expect(page.locator(".react-flow__node-top")).toContainText(`editor${count} houses`);
}

async function save(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByRole("button", { name: "Save", exact: true })).toBeDisabled();
  await expect(page.getByRole("status").filter({ hasText: /^Saved$/ })).toBeVisible();
}

function documentOf(api: Api, gridId: number): Promise<Document> {
  return api.get<Document>(`/grids/${gridId}/topology`);
}

function village(): object {
  const house = (id: string, name: string) => ({ id, name, house_type: "residential", devices: [] });
  return {
    format: "hygge-community/1",
    name: NAME,
    timezone: "Europe/Berlin",
    currency: "EUR",
    transformers: [{ id: "n", name: "North", houses: [house("a", "Bakery"), house("b", "Chapel")] }],
  };
}
