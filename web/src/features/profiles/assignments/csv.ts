import type { House, Profile } from "../queries";
import type { NewEntry } from "./plan";

/** What is wrong with a line of the list. */
export interface LineFault {
  line: number;
  text: string;
  kind: "columns" | "house" | "twoHouses" | "profile" | "twoProfiles" | "scale";
}

export interface Parsed {
  entries: NewEntry[];
  faults: LineFault[];
}

/**
 * Lines of house, profile, scale: names or ids, separated by commas, semicolons or tabs. A first line of words is a header.
 * With semicolons or tabs the scale may have a decimal comma; without a scale it is 1.
 */
export function parseList(text: string, houses: House[], profiles: Profile[]): Parsed {
  const parsed: Parsed = { entries: [], faults: [] };
  const lines = text.split(/\r?\n/);
  const separator = [";", "\t", ","].find((sign) => lines.some((line) => line.includes(sign))) ?? ",";
  const houseOf = finder(houses);
  const profileOf = finder(profiles);
  let isFirst = true;
  for (const [index, line] of lines.entries()) {
    if (line.trim() === "") continue;
    const cells = cellsOf(line, separator);
    const [house = "", profile = "", scaleText = ""] = cells;
    const wasFirst = isFirst;
    isFirst = false;
    const fault = (kind: LineFault["kind"]) => parsed.faults.push({ line: index + 1, text: line, kind });
    const scale = scaleText === "" ? 1 : Number(separator === "," ? scaleText : scaleText.replace(",", "."));
    const [foundHouse, foundProfile] = [houseOf(house), profileOf(profile)];
    if (wasFirst && foundHouse === "none" && foundProfile === "none" && !(scale > 0)) continue;
    if (cells.length < 2) fault("columns");
    else if (foundHouse === "none") fault("house");
    else if (foundHouse === "many") fault("twoHouses");
    else if (foundProfile === "none") fault("profile");
    else if (foundProfile === "many") fault("twoProfiles");
    else if (!(scale > 0)) fault("scale");
    else parsed.entries.push({ houseId: foundHouse.id, profileId: foundProfile.id, scale });
  }
  return parsed;
}

/** Finds by name, else by id; "many" where a name is not the only one. */
function finder<T extends { id: number; name: string }>(items: T[]): (text: string) => T | "none" | "many" {
  const byName = new Map<string, T | "many">();
  for (const item of items) byName.set(item.name, byName.has(item.name) ? "many" : item);
  const byId = new Map(items.map((item) => [String(item.id), item]));
  return (text) => byName.get(text) ?? byId.get(text) ?? "none";
}

/** The cells of a line; a quoted one may hold the separator, and quotes doubled. */
function cellsOf(line: string, separator: string): string[] {
  const cells: string[] = [];
  let cell = "";
  let quoted = false;
  for (let at = 0; at < line.length; at += 1) {
    const sign = line[at] as string;
    if (quoted && sign === '"' && line[at + 1] === '"') {
      cell += '"';
      at += 1;
    } else if (sign === '"') {
      quoted = !quoted;
    } else if (sign === separator && !quoted) {
      cells.push(cell.trim());
      cell = "";
    } else {
      cell += sign;
    }
  }
  return [...cells, cell.trim()];
}
