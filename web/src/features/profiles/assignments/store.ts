import { temporal } from "zundo";
import { createStore } from "zustand";
import type { Entry } from "./plan";

interface State {
  entries: Entry[];
}

const STEPS_BACK = 100;

/** The list while it is edited; every change can be undone. */
export function createEntries(entries: Entry[]) {
  return createStore<State>()(temporal((): State => ({ entries }), { limit: STEPS_BACK }));
}

export type Entries = ReturnType<typeof createEntries>;
