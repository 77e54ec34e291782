/** From a series answer to what the day's charts draw: instants, the balance, stored energy. */
import { ZoneClock } from "@/shared/format/zoneClock";
import type { Header, NodeSeries, ResultNode } from "../queries";
import { type Balance, balanceOfGroup, balanceOfHouse, type KnownDay, type Measures } from "./balance";

export interface Scene {
  /** Starts of the steps, and the end of the last. */
  edges: number[];
  stepHours: number;
  clock: ZoneClock;
  kind: ResultNode["kind"];
  load: Numbers;
  generation: Numbers;
  storedKwh: Numbers;
  balance: Balance;
  /** Own use and sharing of single steps are estimated; their sums over a day are not. */
  isDivided: boolean;
}

type Numbers = (number | null)[];

export interface DaySums {
  timestamps: string[];
  ownUseKwh: Numbers;
}

export function sceneOf(run: Header, node: ResultNode, series: NodeSeries, days: DaySums | null): Scene | null {
  const { start, step_minutes: stepMinutes, values } = series;
  if (start === null || stepMinutes === null) return null;
  const load = values.load_kw ?? [];
  const stepMs = stepMinutes * 60_000;
  const first = Date.parse(start);
  const edges = Array.from({ length: load.length + 1 }, (_, index) => first + index * stepMs);
  const clock = new ZoneClock(run.timezone, first, edges.at(-1) ?? first);
  const measures = measuresOf(values);
  const isHouse = node.kind === "house";
  if (!isHouse && days === null) return null;
  const batteriesTrade = ["community", "scheduled"].includes(String(run.parameters.storage_strategy));
  const balance = isHouse
    ? balanceOfHouse(measures)
    : balanceOfGroup(measures, knownDays(days as DaySums, edges), stepMinutes / 60, batteriesTrade);
  return {
    edges,
    stepHours: stepMinutes / 60,
    clock,
    kind: node.kind,
    load,
    generation: values.generation_kw ?? [],
    storedKwh: values.soc_kwh ?? [],
    balance,
    isDivided: !isHouse && batteriesTrade && (values.storage_kw ?? []).some((power) => power !== 0),
  };
}

function measuresOf(values: NodeSeries["values"]): Measures {
  const read = (name: string) => (values[name] ?? []).map((value) => value ?? 0);
  return {
    load: read("load_kw"),
    generation: read("generation_kw"),
    storage: read("storage_kw"),
    sharedLocal: read("shared_local_kw"),
    sharedGrid: read("shared_grid_kw"),
    grid: read("grid_kw"),
    curtailed: read("curtailed_kw"),
    unserved: read("unserved_kw"),
  };
}

/** Steps of each local day. A step that holds a midnight belongs to the day before. */
function knownDays(days: DaySums, edges: number[]): KnownDay[] {
  const count = edges.length - 1;
  const firstFrom = (instant: number) => {
    const index = edges.findIndex((edge) => edge >= instant);
    return index < 0 ? count : Math.min(index, count);
  };
  const starts = days.timestamps.map((text) => firstFrom(Date.parse(text)));
  return starts.map((first, index) => ({
    first: index === 0 ? 0 : first,
    last: starts[index + 1] ?? count,
    ownUseKwh: days.ownUseKwh[index] ?? 0,
  }));
}

/** Energy of a series of mean powers, in kWh. */
export function energyKwh(powers: ArrayLike<number | null>, stepHours: number): number {
  let sum = 0;
  for (let step = 0; step < powers.length; step += 1) sum += (powers[step] ?? 0) * stepHours;
  return sum;
}
