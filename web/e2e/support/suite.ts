/** The real suite that the journeys meet: the embedded runtime with a state of its own. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { resolve } from "node:path";

export interface Suite {
  url: string;
  username: string;
  password: string;
  state: string;
}

const ROOT = resolve(import.meta.dirname, "../../..");
const PYTHON = resolve(ROOT, ".venv/bin/python");
export const ARTEFACTS = resolve(ROOT, "web/e2e/artefacts");
const STATE = resolve(ARTEFACTS, "state");
/** A suite that runs already may be named instead, to try a journey again quickly. */
const ANNOUNCED = process.env.HYGGE_E2E_SUITE ?? resolve(ARTEFACTS, "suite.json");
const START_SECONDS = 600;

export function suite(): Suite {
  return JSON.parse(readFileSync(ANNOUNCED, "utf8")) as Suite;
}

/** Starts the suite and waits until it is up. Null when one was named by HYGGE_E2E_SUITE. */
export async function startSuite(): Promise<ChildProcess | null> {
  if (process.env.HYGGE_E2E_SUITE) return null;
  mkdirSync(ARTEFACTS, { recursive: true });
  const log = openSync(resolve(ARTEFACTS, "suite.log"), "w");
  const options = ["up", "--state", STATE, "--port", "0", "--announce", ANNOUNCED];
  // Journeys sign in more often in a minute than people do.
  const limits = ["--set", "HYGGE_GATEWAY_RATE_LIMIT_LOGIN=1000/minute"];
  const child = spawn(PYTHON, ["-m", "hygge_local", ...options, ...limits], { cwd: ROOT, stdio: ["ignore", log, log] });
  const until = Date.now() + START_SECONDS * 1000;
  while (!existsSync(ANNOUNCED)) {
    if (child.exitCode !== null || Date.now() > until) {
      child.kill("SIGTERM");
      throw new Error(`The suite did not start; see ${resolve(ARTEFACTS, "suite.log")}.`);
    }
    await new Promise((done) => setTimeout(done, 500));
  }
  return child;
}

export async function stopSuite(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = new Promise((done) => child.once("exit", done));
  child.kill("SIGTERM");
  await ended;
}

/** Stops or starts one process of the suite by its name, as a fault or an operator would. */
export function control(command: "stop" | "start", name: string): void {
  execFileSync(PYTHON, ["-m", "hygge_local", command, name, "--state", suite().state], { cwd: ROOT });
}
