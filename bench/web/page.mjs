/** What all parts need: signing in, and how long interactions and tasks took by the browser's own clocks. */

/** The browser reports interactions from this duration on, and rounds them to 8 ms. */
const SHORTEST_MS = 16;
/** Later than this no event of an interaction is reported any more. */
const REPORTED_MS = 400;

export async function signIn(page, { username, password }) {
  await page.goto("/sign-in");
  await page.getByLabel("User name").fill(username);
  await page.getByLabel(/^Password/).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { level: 1, name: "Communities" }).waitFor();
}

/** Before the page is opened: keep what the browser says about interactions and long tasks. */
export async function observe(page) {
  await page.addInitScript((shortest) => {
    window.bench = { events: [], tasks: [] };
    new PerformanceObserver((list) => {
      for (const { interactionId, duration } of list.getEntries())
        if (interactionId > 0) window.bench.events.push([interactionId, duration]);
    }).observe({ type: "event", durationThreshold: shortest, buffered: true });
    new PerformanceObserver((list) => {
      for (const { startTime, duration } of list.getEntries()) window.bench.tasks.push([startTime, duration]);
    }).observe({ type: "longtask", buffered: true });
  }, SHORTEST_MS);
}

/** Milliseconds from the input to the next paint: the worst interaction of what `act` does, as web-vitals counts it. */
export async function toNextPaint(page, act) {
  await quiet(page);
  await page.evaluate(() => {
    window.bench.events = [];
  });
  await act();
  await quiet(page);
  const durations = await page.evaluate(() => {
    const longest = new Map();
    for (const [id, duration] of window.bench.events) longest.set(id, Math.max(longest.get(id) ?? 0, duration));
    return [...longest.values()];
  });
  return Math.max(0, ...durations);
}

/** Nothing is fetched, drawn or waiting to be reported any more. */
export async function quiet(page) {
  await page.waitForLoadState("networkidle");
  await page.locator('[data-chart="loading"], [aria-busy="true"]').first().waitFor({ state: "detached" });
  await page.waitForTimeout(REPORTED_MS);
}
