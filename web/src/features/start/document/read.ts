/** Reads a community's document before it is sent: what is in it, and where a finding is. */

interface Named {
  name?: unknown;
}
interface HouseLike extends Named {
  devices?: unknown;
  flags?: unknown;
}
interface TransformerLike extends Named {
  houses?: unknown;
}
/** What was parsed, before anybody has checked it. */
export interface DocumentLike extends Named {
  [key: string]: unknown;
}

export interface Preview {
  name: string | null;
  timezone: string;
  currency: string;
  transformers: number;
  houses: number;
  /** By kind, the most frequent first. */
  devices: [kind: string, count: number][];
  flags: string[];
  priorityLists: number;
  buses: number;
}

export type Reading =
  | { document: DocumentLike; preview: Preview }
  | { fault: "syntax"; line: number | null; column: number | null }
  | { fault: "notCommunity" };

export function readDocument(text: string): Reading {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    return { fault: "syntax", ...positionOf(error instanceof Error ? error.message : "", text) };
  }
  if (!isCommunity(document)) return { fault: "notCommunity" };
  return { document, preview: previewOf(document) };
}

/** A document has a name or transformers, and no other format's name. */
function isCommunity(value: unknown): value is DocumentLike {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const { format, name, transformers } = value as Record<string, unknown>;
  if (format !== undefined) return typeof format === "string" && format.startsWith("hygge-community/");
  return typeof name === "string" && Array.isArray(transformers);
}

function previewOf(document: DocumentLike): Preview {
  const transformers = listOf<TransformerLike>(document.transformers);
  const houses = transformers.flatMap((transformer) => listOf<HouseLike>(transformer.houses));
  const network = document.network as { buses?: unknown } | null | undefined;
  return {
    name: textOf(document.name),
    timezone: textOf(document.timezone) ?? "UTC",
    currency: textOf(document.currency) ?? "EUR",
    transformers: transformers.length,
    houses: houses.length,
    devices: devicesOf(houses),
    flags: [...new Set(houses.flatMap((house) => listOf<unknown>(house.flags).map(String)))].sort(),
    priorityLists: listOf(document.priority_lists).length,
    buses: listOf(network?.buses).length,
  };
}

function devicesOf(houses: HouseLike[]): [string, number][] {
  const count = new Map<string, number>();
  for (const device of houses.flatMap((house) => listOf<{ kind?: unknown }>(house.devices))) {
    const kind = textOf(device?.kind);
    if (kind !== null) count.set(kind, (count.get(kind) ?? 0) + 1);
  }
  return [...count].sort((a, b) => b[1] - a[1]);
}

function listOf<T>(value: unknown): T[] {
  return Array.isArray(value) ? value.filter((item) => item !== null && item !== undefined) : [];
}

function textOf(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

/** Where the text stops being JSON. Browsers say it in words of their own, as a place or as a count of characters. */
function positionOf(message: string, text: string): { line: number | null; column: number | null } {
  const place = /line (\d+) column (\d+)/.exec(message);
  if (place) return { line: Number(place[1]), column: Number(place[2]) };
  const count = /position (\d+)/.exec(message);
  // An end in the middle is told without a place.
  const offset = count ? Number(count[1]) : /end of/i.test(message) ? text.length : null;
  if (offset === null) return { line: null, column: null };
  const before = text.slice(0, offset).split("\n");
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

export interface Place {
  kind: "transformer" | "house" | "device" | "priorityList" | "network";
  /** Name, or the kind of a device; the number (from 1) where there is none. */
  name: string;
}

/** `transformers.0.houses.3.devices.0.capacity_kwh` → the names on the way there, and the field. */
export function placesOf(document: DocumentLike, path: string): { places: Place[]; field: string } {
  const places: Place[] = [];
  const rest = path.split(".");
  let value: unknown = document;
  while (rest.length > 0) {
    const kind = KINDS[rest[0] ?? ""];
    const index = Number(rest[1]);
    if (kind === undefined || !Number.isInteger(index)) break;
    value = listOf<Record<string, unknown>>((value as Record<string, unknown> | undefined)?.[rest[0] ?? ""])[index];
    places.push({ kind, name: nameOf(value) ?? String(index + 1) });
    rest.splice(0, 2);
  }
  if (rest[0] === "network") places.push({ kind: "network", name: rest.slice(1, 3).join(" ") });
  return { places, field: rest.at(-1) ?? "" };
}

const KINDS: Record<string, Place["kind"]> = {
  transformers: "transformer",
  houses: "house",
  devices: "device",
  priority_lists: "priorityList",
};

function nameOf(value: unknown): string | null {
  const { name, kind } = (value ?? {}) as { name?: unknown; kind?: unknown };
  return textOf(name) ?? textOf(kind);
}
