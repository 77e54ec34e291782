/** The browser's part of bench/web.py: reads its task from standard input, writes the figures as JSON. */
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { firstView } from "./first.mjs";
import { interactions } from "./interactions.mjs";
import { topology } from "./topology.mjs";

const require = createRequire(new URL("../../web/package.json", import.meta.url));
const { chromium } = require("@playwright/test");

const task = JSON.parse(readFileSync(0, "utf8"));
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
});
try {
  const context = () => browser.newContext({ baseURL: task.url, locale: "en-GB", viewport: { width: 1280, height: 900 } });
  const figures = {
    browser: `Chromium ${browser.version()}`,
    first: await firstView(await context(), task),
    interactions: await interactions(await context(), task),
    topology: await topology(await context(), task),
  };
  process.stdout.write(JSON.stringify(figures));
} finally {
  await browser.close();
}
