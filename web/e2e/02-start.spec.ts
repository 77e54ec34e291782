/** From nothing to a first result: the example with its year, a document with a fault, a community by the form. */
import { expect, test } from "./support/test";

const EXAMPLE = "SimBench semi-urban";
const RUN_MS = 180_000;

test("an empty start offers three ways, and the example's year runs", async ({ page, signIn, look, api }) => {
  test.setTimeout(2 * RUN_MS);
  await signIn();
  await expect(page.getByText("Nothing here yet. Start from something:")).toBeVisible();
  await look("communities-empty");
  await page.getByRole("link", { name: "Start from an example" }).click();
  const card = page.getByRole("article", { name: EXAMPLE });
  await expect(card).toContainText("104 houses");
  await look("examples");
  await card.getByRole("button", { name: "About these data, and their licence" }).click();
  await expect(page.getByRole("dialog")).toContainText("Licence");
  await page.keyboard.press("Escape");

  await card.getByRole("button", { name: `Import ${EXAMPLE}` }).click();
  const steps = card.getByRole("list", { name: "Steps of the import" });
  await expect(steps.getByRole("img", { name: "Done" })).toHaveCount(3, { timeout: RUN_MS });
  await expect(steps).toContainText("104 houses");
  await card.getByRole("button", { name: "Run the example’s year" }).click();
  await expect(page).toHaveURL(/\/runs\/\d+$/);
  await expect(page.getByText("Self-sufficiency").first()).toBeVisible({ timeout: RUN_MS });

  // The page says what the API says: 22.9 % of the load came from the community's own sun.
  const { id } = await api.grid(EXAMPLE);
  const run = await api.lastRun(id);
  const summary = await api.get<{ indicators: { self_sufficiency_rate: number } }>(`/results/${run.id}/summary`);
  const share = summary.indicators.self_sufficiency_rate.toLocaleString("en-GB", {
    style: "percent",
    maximumFractionDigits: 1,
  });
  expect(share).toBe("22.9%");
  await expect(page.getByText(/22\.9\s?%/).first()).toBeVisible();
});

test("the community's page leads to everything it has", async ({ page, signIn, look, api }) => {
  const { id } = await api.grid(EXAMPLE);
  await signIn();
  await expect(page.getByRole("heading", { level: 2, name: EXAMPLE })).toBeVisible();
  await expect(page.getByText("Succeeded")).toBeVisible();
  await look("communities");
  await page.getByRole("link", { name: EXAMPLE, exact: true }).click();
  await expect(page).toHaveURL(new RegExp(`/communities/${id}$`));
  await expect(page.getByText("104 houses, 1 transformer")).toBeVisible();
  await expect(page.getByText(/22\.9\s?%/)).toBeVisible();
  for (const place of ["Topology", "Assignments", "Priorities", "Runs"])
    await expect(page.getByRole("main").getByRole("link", { name: place, exact: true })).toBeVisible();
  await look("community");

  const saved = page.waitForEvent("download");
  await page.getByRole("button", { name: "More to do with this community" }).click();
  await page.getByRole("menuitem", { name: "Download as JSON" }).click();
  const text = await textOf(await (await saved).createReadStream());
  expect(JSON.parse(text)).toMatchObject({ format: "hygge-community/1", name: EXAMPLE });
});

const VILLAGE = {
  format: "hygge-community/1",
  name: "E2E village",
  timezone: "Europe/Berlin",
  currency: "EUR",
  transformers: [
    {
      id: "north",
      name: "North",
      capacity_kw: 100,
      houses: [
        { id: "a", name: "A", devices: [{ kind: "solar_panel", name: "Roof", capacity_kwp: 8 }] },
        { id: "b", name: "B", devices: [{ kind: "solar_panel", name: "Shed", capacity_kwp: -3 }] },
      ],
    },
  ],
};

test("a document with faults is refused by place, and stored when it is right", async ({ page, signIn, look }) => {
  await signIn();
  await page.getByRole("link", { name: "New community" }).click();
  await page.getByRole("link", { name: "Import a document" }).click();
  const content = page.getByLabel("Or paste its content");
  const right = JSON.stringify(VILLAGE, null, 2).replace("-3", "3");

  await content.fill(right.replace('"E2E village",', '"E2E village"'));
  await expect(page.getByRole("alert")).toContainText("This is not JSON");
  await expect(page.getByRole("alert")).toContainText("line 4");
  await content.fill('{"some": "thing"}');
  await expect(page.getByRole("alert")).toContainText("This is JSON, but not a community");

  await page.getByLabel("Choose a file").setInputFiles({
    name: "village.json",
    mimeType: "application/json",
    buffer: Buffer.from(JSON.stringify(VILLAGE, null, 2)),
  });
  await page.getByRole("button", { name: "Store this community" }).click();
  await expect(page.getByRole("alert")).toContainText("1 finding; nothing was stored");
  await expect(page.getByRole("region", { name: "Findings" })).toContainText("Device Shed");
  await look("import-findings");

  await content.fill(right);
  await expect(page.getByRole("alert")).toHaveCount(0);
  await page.getByRole("button", { name: "Store this community" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "E2E village" })).toBeVisible();
  await expect(page.getByText("Next: give the houses their profiles")).toBeVisible();
});

test("a community is built by the form, and its faults are at their fields", async ({ page, signIn, look }) => {
  await signIn();
  await page.goto("/communities/new?way=build");
  await page.getByRole("button", { name: "Make this community" }).click();
  await expect(page.getByRole("textbox", { name: /^Name\b/ }).first()).toHaveAccessibleDescription(
    /A name of up to 200/,
  );
  await look("build-community");
  await page.getByRole("textbox", { name: "Name", exact: true }).fill("E2E street");
  await page.getByRole("textbox", { name: "Number of houses" }).fill("4");
  await page.getByRole("textbox", { name: "Capacity" }).fill("160");
  await page.getByRole("textbox", { name: "Latitude" }).fill("120");
  await page.getByRole("textbox", { name: "Longitude" }).fill("9.99");
  await page.getByRole("button", { name: "Make this community" }).click();
  await expect(page.getByText("Between −90 and 90 degrees")).toBeVisible();
  await page.getByRole("textbox", { name: "Latitude" }).fill("53.55");
  await page.getByRole("button", { name: "Make this community" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "E2E street" })).toBeVisible();
  await expect(page.getByText("4 houses, 1 transformer")).toBeVisible();

  await page.getByRole("button", { name: "More to do with this community" }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  const dialog = page.getByRole("dialog", { name: "Delete this community?" });
  await expect(dialog.getByRole("button", { name: "Delete for good" })).toBeDisabled();
  await dialog.getByLabel("Type “E2E street” to confirm").fill("E2E street");
  await dialog.getByRole("button", { name: "Delete for good" }).click();
  await expect(page).toHaveURL(/\/communities$/);
  await expect(page.getByRole("link", { name: "E2E street" })).toHaveCount(0);
});

async function textOf(stream: NodeJS.ReadableStream): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(Buffer.from(part));
  return Buffer.concat(parts).toString("utf8");
}
