/** Profiles: from a file, from a form, looked at from a year to a quarter of an hour, given to many houses. */
import { downloaded } from "./support/files";
import { press } from "./support/segments";
import { expect, test } from "./support/test";

// The last gives houses what the first has stored.
test.describe.configure({ mode: "serial" });

const VILLAGE = "E2E village";
const IMPORTED = `E2E house ${Date.now()}`;

test("a file is looked at, mapped, checked with its gaps, and stored", async ({ page, signIn, look }) => {
  await signIn();
  await page.goto("/profiles");
  await look("profiles");
  await page.getByRole("link", { name: "Import a file" }).click();
  await look("import-file");
  await page.getByLabel(/Drop a file here/).setInputFiles({
    name: "measured.csv",
    mimeType: "text/csv",
    buffer: Buffer.from(germanCsv()),
  });
  // What was recognised: a German table, with its first rows as they were understood.
  await expect(page.getByText(/separated by semicolons/i)).toBeVisible();
  await expect(page.getByText(/decimal comma/i)).toBeVisible();
  await expect(page.getByRole("region", { name: "First rows of the file" })).toContainText("01.01.2027 00:15");
  await page.getByRole("textbox", { name: "Name: Verbrauch kW" }).fill(IMPORTED);
  await look("import-columns");

  await page.getByRole("button", { name: "Check the whole file" }).click();
  const fault = page.getByRole("alert");
  await expect(fault).toContainText("keeps the file from being stored");
  await fault.getByRole("button", { name: "Fill by straight lines and check again" }).click();
  await expect(page.getByText("The file can be stored")).toBeVisible();
  await expect(page.getByRole("region", { name: "Gaps" })).toContainText("Straight line between neighbours");
  await expect(page.getByRole("region", { name: "The series" })).toContainText(IMPORTED);
  await look("import-check");
  await page.getByRole("button", { name: "Store the profile" }).click();
  await expect(page.getByText("The profile is stored")).toBeVisible();
  await page.getByRole("link", { name: "All profiles" }).click();
  await expect(page.getByRole("link", { name: IMPORTED })).toBeVisible();
});

test("a standard load profile is built, previewed, and looked at closely", async ({ page, signIn, look }) => {
  const name = `E2E standard ${Date.now()}`;
  await signIn();
  await page.goto("/profiles/build");
  await look("builders");
  await page.getByRole("button", { name: /^Standard load profile/ }).click();
  await page.getByRole("textbox", { name: "Name of the profile" }).fill(name);
  await page.getByRole("textbox", { name: "Year", exact: true }).fill("2027");
  await page.getByRole("textbox", { name: "Energy a year" }).fill("3500");
  await page.getByRole("button", { name: "Preview" }).click();
  await expect(
    page
      .getByText(/^3,500 kWh$/)
      .or(page.getByText(/^3,5\d\d kWh$/))
      .first(),
  ).toBeVisible();
  await look("build-profile");
  await page.getByRole("button", { name: "Store the profile" }).click();
  await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();

  // From the year to single quarter-hours, and back by the address.
  await expect(page.locator('[data-chart="ready"]').first()).toBeVisible();
  await page.getByRole("button", { name: "Day", exact: true }).click();
  await expect(page).toHaveURL(/to=2027-01-02/);
  const day = page.url();
  await page.getByRole("button", { name: "Later" }).click();
  await expect(page).not.toHaveURL(day);
  await page.getByRole("button", { name: "Zoom in" }).click();
  await look("profile-line");
  await press(page, "Duration curve");
  await expect(page).toHaveURL(/view=duration/);
  await expect(page.locator('[data-chart="ready"]').first()).toBeVisible();
  await look("profile-duration");
  await press(page, "Heatmap");
  await expect(page.locator('[data-chart="ready"]').first()).toBeVisible();
  await look("profile-heatmap");
  await downloaded(page, "csv", async () => {
    await page.getByRole("button", { name: "Download CSV" }).click();
    await page.getByRole("menuitem", { name: "Means of months" }).click();
  });
});

test("profiles are assigned to many houses at once", async ({ page, signIn, api, look }) => {
  const { id } = await api.grid(VILLAGE);
  await signIn();
  await page.goto(`/communities/${id}/assignments`);
  await expect(page.getByText("2 houses follow no load profile.")).toBeVisible();
  await page.getByRole("button", { name: "Choose all 2 shown" }).click();
  await expect(page.getByText("2 houses are chosen.")).toBeVisible();
  await page.getByRole("combobox", { name: "Profiles" }).fill(IMPORTED);
  await page.getByRole("option", { name: IMPORTED }).click();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Assign to 2 houses" }).click();
  await expect(page.getByRole("region", { name: "Houses and their profiles" }).getByText(IMPORTED)).toHaveCount(2);
  await look("assignments");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByText("Not saved yet")).toHaveCount(0);
  await page.reload();
  await expect(page.getByRole("region", { name: "Houses and their profiles" }).getByText(IMPORTED)).toHaveCount(2);
});

/** Two weeks of quarter-hours as German loggers write them, with three cells missing. */
function germanCsv(): string {
  const lines = ["Zeit;Verbrauch kW"];
  for (let step = 0; step < 14 * 96; step++) {
    const at = new Date(Date.UTC(2027, 0, 1) + step * 900_000);
    const [day, clock] = [at.toISOString().slice(0, 10).split("-").reverse().join("."), at.toISOString().slice(11, 16)];
    const kw = (0.4 + 0.3 * Math.sin(step / 15)).toFixed(3).replace(".", ",");
    lines.push(`${day} ${clock};${step >= 200 && step < 203 ? "" : kw}`);
  }
  return `${lines.join("\n")}\n`;
}
