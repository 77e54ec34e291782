import { findingsByField } from "@/shared/api/findings";
import type { BuildRequest } from "./calls";
import type { Field } from "./fields";
import { parametersOf, type Values } from "./values";

export type Period = "year" | "dates" | "profiles";

/** All that the page's form holds. */
export interface BuildForm {
  name: string;
  period: Period;
  year: number | "";
  /** Local dates, the last one included. */
  firstDay: string;
  lastDay: string;
  timezone: string;
  stepMinutes: string;
  parameters: Values;
}

export function requestOf(builder: string, fields: Field[], form: BuildForm): BuildRequest {
  return {
    builder,
    name: form.name.trim(),
    ...(form.period === "year" && { year: Number(form.year) }),
    // Without offset they are local time of the zone.
    ...(form.period === "dates" && { start: `${form.firstDay}T00:00:00`, end: `${dayAfter(form.lastDay)}T00:00:00` }),
    timezone: form.timezone,
    step_minutes: Number(form.stepMinutes),
    parameters: parametersOf(fields, form.parameters),
  };
}

function dayAfter(date: string): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
}

const PLACES: Record<string, string> = { start: "firstDay", end: "lastDay", step_minutes: "stepMinutes" };

/** The service's findings by the form's own paths; a body's findings name the builder first. */
export function formErrors(problem: unknown, builder: string): Record<string, string> {
  const errors: Record<string, string> = {};
  for (const [field, message] of Object.entries(findingsByField(problem))) {
    const place = field.startsWith(`${builder}.`) ? field.slice(builder.length + 1) : field;
    errors[PLACES[place] ?? place] ??= message.replace(/^Value error, /, "");
  }
  return errors;
}
