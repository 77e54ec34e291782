/** Segmented controls and chips: their radios are hidden behind what people press. */
import type { Page } from "@playwright/test";

export async function press(page: Page, name: string): Promise<void> {
  await page
    .locator("label")
    .filter({ hasText: new RegExp(`^${name}$`) })
    .first()
    .click();
}
