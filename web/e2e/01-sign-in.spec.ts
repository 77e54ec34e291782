/** Who may come in, what stays of it, and what a role may see. */
import type { Page } from "@playwright/test";
import { expect, test } from "./support/test";

// User names are not given out twice, and a suite that was named may have seen this journey before.
const OPERATOR = `e2e-operator-${Date.now()}`;
const HOUSEHOLD = `e2e-household-${Date.now()}`;

test("a wrong password is said, the right one leads on", async ({ page, suite, look }) => {
  await page.goto("/sign-in");
  await look("sign-in");
  await page.getByLabel("User name").fill(suite.username);
  await page.getByLabel(/^Password/).fill("not the password");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("alert")).toContainText("User name or password is wrong");
  await expect(page.getByLabel(/^Password/)).toBeFocused();
  await page.getByLabel(/^Password/).fill(suite.password);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Communities" })).toBeVisible();
});

test("a deep link leads to its page after signing in, a foreign one does not", async ({ page, suite, signOut }) => {
  await page.goto("/users?role=operator");
  await expect(page).toHaveURL(/\/sign-in\?next=/);
  await enter(page, suite.username, suite.password);
  await expect(page).toHaveURL(/\/users\?role=operator$/);
  await expect(page.getByRole("heading", { level: 1, name: "Users" })).toBeVisible();
  await signOut();
  await page.goto("/sign-in?next=//example.org/");
  await enter(page, suite.username, suite.password);
  await expect(page.getByRole("heading", { level: 1, name: "Communities" })).toBeVisible();
  expect(new URL(page.url()).origin).toBe(suite.url);
});

test("the session outlives a reload, and scripts can't read what keeps it", async ({ page, context, signIn, look }) => {
  await signIn();
  await page.goto("/account");
  await page.reload();
  await expect(page.getByRole("heading", { level: 1, name: "Account" })).toBeVisible();
  await expect(page).toHaveURL(/\/account$/);
  const kept = (await context.cookies()).filter((cookie) => cookie.httpOnly);
  expect(kept.length).toBeGreaterThan(0);
  for (const cookie of kept) expect(cookie.sameSite).toBe("Strict");
  const readable = await page.evaluate(() => JSON.stringify([document.cookie, localStorage, sessionStorage]));
  for (const cookie of kept) expect(readable).not.toContain(cookie.value);
  expect(readable).not.toMatch(/eyJ[\w-]+\.[\w-]+\./); // no access token either
  await look("account");
});

test("signing out ends the session", async ({ page, signIn, signOut }) => {
  await signIn();
  await signOut();
  await page.goto("/communities");
  await expect(page).toHaveURL(/\/sign-in/);
  await expect(page.getByText("Your session has ended")).toHaveCount(0);
});

test("an admin makes users, and each sees what the role allows", async ({ page, signIn, signOut, look }) => {
  await signIn();
  await page.goto("/users");
  const operator = await makeUser(page, OPERATOR, "Operator");
  const household = await makeUser(page, HOUSEHOLD, "Household");
  await expect(page.getByRole("button", { name: OPERATOR })).toBeVisible();
  await look("users");
  await page.getByRole("button", { name: OPERATOR }).click();
  await expect(page.getByRole("dialog")).toContainText("Beside those that the operator has made.");
  await look("user");
  await page.goto("/audit");
  await expect(page.getByRole("region").getByText("User created").first()).toBeVisible();
  await look("audit");
  await signOut();

  const navigation = page.getByRole("navigation", { name: "Main navigation" });
  await signIn(OPERATOR, operator);
  await expect(navigation.getByRole("link", { name: "Profiles" })).toBeVisible();
  await expect(navigation.getByRole("link", { name: "Users" })).toHaveCount(0);
  await page.goto("/users");
  await expect(page.getByText("This page is for administrators")).toBeVisible();
  await signOut();

  await signIn(HOUSEHOLD, household);
  await expect(page.getByRole("heading", { name: "Your houses" })).toBeVisible();
  await expect(page.getByText("No house is entered for you yet")).toBeVisible();
  await expect(navigation.getByRole("link", { name: "Profiles" })).toHaveCount(0);
  await look("household-empty");
  await page.goto("/communities/new");
  await expect(page.getByText("Your role does not make communities")).toBeVisible();
});

test("a household registers itself", async ({ page, look }) => {
  await page.goto("/sign-in");
  await page.getByRole("link", { name: "Register" }).click();
  await look("register");
  await page.getByLabel("User name").fill(`new-${HOUSEHOLD}`);
  await page.getByLabel(/^Password/).fill("12345678");
  await page.getByRole("button", { name: "Register" }).click();
  await expect(page.getByText(/too easy to guess|At least 4 different characters/)).toBeVisible();
  await page.getByLabel(/^Password/).fill("four quiet words here");
  await page.getByRole("button", { name: "Register" }).click();
  await expect(page.getByRole("heading", { name: "Your houses" })).toBeVisible();
});

async function enter(page: Page, username: string, password: string): Promise<void> {
  await page.getByLabel("User name").fill(username);
  await page.getByLabel(/^Password/).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

/** Makes a user with the page's form; the password that it hands over. */
async function makeUser(page: Page, username: string, role: string): Promise<string> {
  await page.getByRole("button", { name: "New user" }).click();
  const dialog = page.getByRole("dialog", { name: "New user" });
  await dialog.getByLabel("User name").fill(username);
  await dialog.getByRole("radio", { name: role, exact: true }).check();
  const password = await dialog.getByLabel(/^Password/).inputValue();
  await dialog.getByRole("button", { name: "Create" }).click();
  const done = page.getByRole("dialog", { name: `${username} can sign in now` });
  await expect(done).toContainText(password);
  await done.getByRole("button", { name: "Close", exact: true }).last().click();
  await expect(done).toBeHidden();
  return password;
}
