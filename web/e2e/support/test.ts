/** What every journey uses: the suite, its API, signing in and out, pictures at both sizes and in both themes with their checks. */

import { resolve } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import { test as base, expect, type Page } from "@playwright/test";
import { Api } from "./api";
import { ARTEFACTS, type Suite, suite } from "./suite";

export { expect };

interface Fixtures {
  suite: Suite;
  /** The admin at the API, to compare with what the pages show and to prepare what they need. */
  api: Api;
  /** Signs in as the admin unless told otherwise. */
  signIn: (username?: string, password?: string) => Promise<void>;
  /** Pictures of the page at 1280 and 390 px, light and dark; nothing serious for axe, nothing scrolls sideways. */
  look: (name: string) => Promise<void>;
  signOut: () => Promise<void>;
}

const SIZES = [
  { width: 1280, height: 900 },
  { width: 390, height: 844 },
];

export const test = base.extend<Fixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names in the pattern
  suite: async ({}, use) => use(suite()),
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names in the pattern
  baseURL: async ({}, use) => use(suite().url),
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names in the pattern
  api: async ({}, use) => use(await Api.signIn()),
  signIn: async ({ page, suite }, use) => {
    await use(async (username = suite.username, password = suite.password) => {
      await page.goto("/sign-in");
      await page.getByLabel("User name").fill(username);
      await page.getByLabel(/^Password/).fill(password);
      await page.getByRole("button", { name: "Sign in" }).click();
      await page.waitForURL((url) => !url.pathname.startsWith("/sign-in"));
    });
  },
  signOut: async ({ page }, use) => {
    await use(async () => {
      await page.getByRole("button", { name: /^Account of/ }).click();
      await page.getByRole("menuitem", { name: "Sign out" }).click();
      await page.waitForURL((url) => url.pathname === "/sign-in");
    });
  },
  look: async ({ page }, use) => {
    await use(async (name) => {
      for (const size of SIZES) {
        await page.setViewportSize(size);
        for (const theme of ["light", "dark"] as const) {
          await page.emulateMedia({ colorScheme: theme });
          await settled(page);
          const path = resolve(ARTEFACTS, "pictures", `${name}-${size.width}-${theme}.png`);
          await page.screenshot({ path, fullPage: true, animations: "disabled" });
          // Only colours differ between the themes, so only they are looked at again; the whole check takes seconds.
          await accessible(page, `${name} at ${size.width} px, ${theme}`, theme === "dark" ? ["color-contrast"] : null);
        }
        const overhang = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        );
        expect(overhang, `${name} scrolls sideways at ${size.width} px`).toBe(0);
      }
      await page.emulateMedia({ colorScheme: "light" });
      await page.setViewportSize(SIZES[0] ?? { width: 1280, height: 900 });
    });
  },
});

/** Nothing is on its way any more, and every chart is drawn. */
async function settled(page: Page): Promise<void> {
  await page.waitForLoadState("networkidle");
  await expect(page.locator('[data-chart="loading"], [aria-busy="true"]')).toHaveCount(0);
}

async function accessible(page: Page, where: string, rules: string[] | null): Promise<void> {
  const axe = new AxeBuilder({ page });
  const { violations } = await (rules === null ? axe : axe.withRules(rules)).analyze();
  const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  const words = serious.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, any }) => `${id}: ${help}: ${target.join(" ")}: ${any[0]?.message ?? ""}`),
  );
  expect(words, where).toEqual([]);
}
