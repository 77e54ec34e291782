/** What a browser that was never here fetches until the communities are shown, and how long that takes. */

const KINDS = { Script: "script", Stylesheet: "style", Font: "font", Document: "document", Image: "image" };

export async function firstView(context, task) {
  const page = await context.newPage();
  const bytes = await transfers(page);
  await page.goto("/sign-in");
  await page.getByRole("button", { name: "Sign in" }).waitFor();
  // The browser notes the paint a moment after it.
  const noted = await page.waitForFunction(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime);
  const first_paint_ms = await noted.jsonValue();
  await page.getByLabel("User name").fill(task.username);
  await page.getByLabel(/^Password/).fill(task.password);
  const pressed = performance.now();
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { level: 2 }).first().waitFor();
  const signed_in_ms = performance.now() - pressed;
  await page.waitForLoadState("networkidle");
  const transferred = { ...bytes };

  const again = performance.now();
  await page.reload({ waitUntil: "commit" });
  await page.getByRole("heading", { level: 2 }).first().waitFor();
  const reload_ms = performance.now() - again;
  await context.close();
  const kilobytes = Object.fromEntries(Object.entries(transferred).map(([kind, sum]) => [`${kind}_kb`, sum / 1000]));
  return { ...kilobytes, first_paint_ms, signed_in_ms, reload_ms };
}

/** Compressed bytes by kind, as the browser counts them; headers apart. */
async function transfers(page) {
  const sums = { script: 0, style: 0, font: 0, document: 0, image: 0, other: 0, headers: 0 };
  const begun = new Map();
  const session = await page.context().newCDPSession(page);
  session.on("Network.responseReceived", ({ requestId, type, response }) =>
    begun.set(requestId, { kind: KINDS[type] ?? "other", headers: response.encodedDataLength }),
  );
  session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    const { kind, headers } = begun.get(requestId) ?? { kind: "other", headers: 0 };
    sums[kind] += encodedDataLength - headers;
    sums.headers += headers;
  });
  await session.send("Network.enable");
  return sums;
}
