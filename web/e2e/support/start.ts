import { rmSync } from "node:fs";
import { resolve } from "node:path";
import { ARTEFACTS, startSuite, stopSuite } from "./suite";

/** Before all journeys; what it returns is called after them. */
export default async function start(): Promise<() => Promise<void>> {
  if (!process.env.HYGGE_E2E_SUITE) {
    for (const left of ["suite.json", "state", "pictures"])
      rmSync(resolve(ARTEFACTS, left), { recursive: true, force: true });
  }
  const child = await startSuite();
  return async () => {
    if (child !== null) await stopSuite(child);
  };
}
