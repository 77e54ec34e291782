/** A part of the time that a run took. */
export interface TimingPart {
  name: TimingName;
  seconds: number;
}

const PARTS = [
  "collect",
  "validate",
  "assemble",
  "register",
  "simulate_and_write",
  "first_pass",
  "second_pass",
  "grid",
  "close",
] as const;
/** Parts of `simulate_and_write`, at the same time. */
const INSIDE = ["compute", "write"];

export type TimingName = (typeof PARTS)[number] | "other";

/** The parts one after the other. Times that this page does not know are added up as "other". */
export function timingParts(timings: Record<string, number>): TimingPart[] {
  const known: TimingPart[] = PARTS.map((name) => ({ name, seconds: timings[name] ?? 0 }));
  const others = Object.entries(timings).filter(
    ([name]) => !INSIDE.includes(name) && !PARTS.some((part) => part === name),
  );
  const other = others.reduce((sum, [, seconds]) => sum + seconds, 0);
  return [...known, { name: "other" as const, seconds: other }].filter(({ seconds }) => seconds > 0);
}
