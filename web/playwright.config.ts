import { defineConfig } from "@playwright/test";

/** The journeys run one after the other: they share one suite, and later ones build on what earlier ones made. */
export default defineConfig({
  testDir: "e2e",
  outputDir: "e2e/artefacts/failures",
  globalSetup: "./e2e/support/start.ts",
  fullyParallel: false,
  workers: 1,
  retries: 0,
  timeout: 240_000,
  expect: { timeout: 20_000 },
  reporter: [["list"], ["html", { outputFolder: "e2e/artefacts/report", open: "never" }]],
  use: {
    locale: "en-GB",
    timezoneId: "America/New_York",
    viewport: { width: 1280, height: 900 },
    actionTimeout: 30_000,
    trace: "retain-on-failure",
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
});
