/** Files that a page gives out: what is really in them. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Page } from "@playwright/test";
import { expect } from "@playwright/test";
import { ARTEFACTS } from "./suite";

/** The first bytes of a kind of file; a CSV begins with its header. */
const BEGINNINGS = {
  pdf: /^%PDF-/,
  png: /^\x89PNG\r\n/,
  parquet: /^PAR1/,
  csv: /^[^\r\n]+[,;][^\r\n]+\r?\n/,
  json: /^\{/,
};

/** Downloads what `press` sets off, keeps it as an artefact, and checks that it is a file of this kind. */
export async function downloaded(
  page: Page,
  kind: keyof typeof BEGINNINGS,
  press: () => Promise<void>,
): Promise<Buffer> {
  const waiting = page.waitForEvent("download");
  await press();
  const download = await waiting;
  expect(download.suggestedFilename()).toMatch(new RegExp(`\\.${kind}$`));
  const path = resolve(ARTEFACTS, "files", download.suggestedFilename());
  await download.saveAs(path);
  const content = readFileSync(path);
  expect(content.subarray(0, 4096).toString("latin1"), download.suggestedFilename()).toMatch(BEGINNINGS[kind]);
  return content;
}
