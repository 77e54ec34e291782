/** A community of 2,000 houses in the editor: opened, moved about, changed. */
import { observe, quiet, signIn, toNextPaint } from "./page.mjs";

const MOVE_MS = 3_000;
const MIDDLE = { x: 520, y: 560 };

export async function topology(context, task) {
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  await observe(page);
  await signIn(page, task);
  await page.goto(`/communities/${task.bigGridId}/topology`);
  const graph = page.getByRole("region", { name: /^Graph of/ });
  await graph.locator(".react-flow__node").nth(1).waitFor();
  const shown_ms = await page.evaluate(() => performance.now());
  await quiet(page);
  const interactive_ms = await page.evaluate(
    (shown) => Math.max(shown, ...window.bench.tasks.map(([start, duration]) => start + duration)),
    shown_ms,
  );

  const moves = [await moving(page, "all in view: pan", pan), await moving(page, "all in view: zoom in and out", zoom)];
  await page.getByRole("button", { name: "Fold and unfold" }).click();
  await page.getByRole("menuitem", { name: "Unfold all" }).click();
  await page.getByRole("button", { name: "Show everything" }).click();
  await quiet(page);
  moves.push(await moving(page, "all unfolded: pan", pan));
  moves.push(await moving(page, "all unfolded: zoom in and out", zoom));

  const interactions = [];
  const measure = async (name, act) => interactions.push([name, await toNextPaint(page, act)]);
  const search = page.getByLabel("Search houses, transformers and devices");
  await measure("search, key by key", () => search.pressSequentially("House 7.12"));
  await measure("go to what was found", () => page.getByRole("option", { name: /House 7\.12\b/ }).first().click());
  await quiet(page);
  moves.push(await moving(page, "close to the houses: pan", pan));
  const name = page.getByRole("textbox", { name: "Name", exact: true });
  await measure("rename a house, key by key", () => name.pressSequentially(" new"));
  await measure("undo", () => page.getByRole("button", { name: "Undo" }).click());
  await measure("duplicate", () => page.getByRole("button", { name: "Duplicate" }).click());
  await context.close();
  return { shown_ms, interactive_ms, interactions, moves };
}

/** Frames that the page drew while the pointer moved it, and what held them up. */
async function moving(page, name, move) {
  await quiet(page);
  await page.evaluate(() => {
    window.bench.tasks = [];
    window.bench.frames = [];
    const frame = (now) => {
      window.bench.frames.push(now);
      window.bench.next = requestAnimationFrame(frame);
    };
    window.bench.next = requestAnimationFrame(frame);
  });
  await move(page, performance.now() + MOVE_MS);
  const { frames, tasks } = await page.evaluate(() => {
    cancelAnimationFrame(window.bench.next);
    return window.bench;
  });
  const gaps = frames.slice(1).map((at, index) => at - frames[index]);
  const seconds = (frames.at(-1) - frames[0]) / 1000;
  return {
    name,
    frames_per_second: gaps.length / seconds,
    worst_ms: Math.max(0, ...gaps),
    long_tasks: tasks.length,
  };
}

async function pan(page, until) {
  await page.mouse.move(MIDDLE.x, MIDDLE.y);
  // With the middle button nothing is dragged that lies under the pointer, the picture moves.
  await page.mouse.down({ button: "middle" });
  for (let step = 0; performance.now() < until; step++)
    await page.mouse.move(MIDDLE.x + 160 * Math.sin(step / 12), MIDDLE.y + 120 * Math.cos(step / 9));
  await page.mouse.up({ button: "middle" });
}

async function zoom(page, until) {
  await page.mouse.move(MIDDLE.x, MIDDLE.y);
  for (let step = 0; performance.now() < until; step++) {
    const closer = step % 60 < 30;
    await page.mouse.wheel(0, closer ? -60 : 60);
  }
}
