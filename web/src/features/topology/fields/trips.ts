/** A car's trips of a week. */
import type { Schemas } from "@/shared/api/client";

export type Trip = Schemas["Trip"];

const CLOCK = /^([01]\d|2[0-3]):[0-5]\d$/;
const DAY = 24 * 60;
const WEEK = 7 * DAY;

/** What is wrong with trips: a time that is none, no day, no energy, no time away, or two at once. */
export function tripFault(value: unknown): "tripTimes" | "tripDays" | "tripEnergy" | "tripOverlap" | null {
  const trips = (value ?? []) as Trip[];
  if (trips.some((trip) => !CLOCK.test(trip.departs) || !CLOCK.test(trip.returns) || trip.departs === trip.returns))
    return "tripTimes";
  if (trips.some((trip) => trip.weekdays.length === 0)) return "tripDays";
  if (trips.some((trip) => typeof trip.energy_kwh !== "number" || trip.energy_kwh < 0)) return "tripEnergy";
  return overlap(trips) ? "tripOverlap" : null;
}

function overlap(trips: Trip[]): boolean {
  const spans = trips.flatMap((trip) => {
    const departs = minuteOf(trip.departs);
    const minutes = (minuteOf(trip.returns) - departs + DAY) % DAY;
    return trip.weekdays.map((day) => [day * DAY + departs, day * DAY + departs + minutes] as const);
  });
  spans.sort((one, other) => one[0] - other[0]);
  const first = spans[0];
  return spans.some(([, end], at) => {
    const next = spans[at + 1];
    return next ? next[0] < end : first !== undefined && spans.length > 1 && first[0] + WEEK < end;
  });
}

function minuteOf(clock: string): number {
  const [hours, minutes] = clock.split(":");
  return Number(hours) * 60 + Number(minutes);
}

/** A round trip on work days, without times that we could not know. */
export function nextTrip(trips: readonly Trip[]): Trip {
  const last = trips.at(-1);
  return last ? { ...last } : { weekdays: [0, 1, 2, 3, 4], departs: "", returns: "", energy_kwh: 0 };
}
