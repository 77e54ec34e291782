/** What a profile was made from, as lines of "where: what" to read; what is nested becomes `mapping.timezone`. */
export interface DetailLine {
  path: string;
  text: string;
}

const MOST_LINES = 60;

export function detailLines(details: Record<string, unknown>): DetailLine[] {
  const lines: DetailLine[] = [];
  walk(withNotes(details, ""), "", lines);
  return lines.slice(0, MOST_LINES);
}

function walk(value: unknown, path: string, lines: DetailLine[]): void {
  if (value === null || value === undefined) return;
  if (Array.isArray(value) && value.some((item) => typeof item === "object")) {
    // The series of a file with many are the file's story, not this profile's.
    lines.push({ path, text: `${value.length} ×` });
  } else if (typeof value === "object" && !Array.isArray(value)) {
    for (const [key, inner] of Object.entries(value)) walk(inner, path ? `${path}.${key}` : key, lines);
  } else {
    lines.push({ path, text: Array.isArray(value) ? value.join(", ") : String(value) });
  }
}

/** The notes that people wrote. */
export function notesText(details: Record<string, unknown>): string {
  const { notes } = details;
  if (typeof notes === "string") return notes;
  const text = (notes as { text?: unknown } | null | undefined)?.text;
  return typeof text === "string" ? text : "";
}

/** The details with other notes; everything else stays as it is. */
export function withNotes(details: Record<string, unknown>, text: string): Record<string, unknown> {
  const { notes, ...rest } = details;
  const others = typeof notes === "object" && notes !== null && !Array.isArray(notes) ? notes : {};
  const trimmed = text.trim();
  const next: Record<string, unknown> = { ...others, text: trimmed };
  if (trimmed === "") delete next.text;
  return Object.keys(next).length > 0 ? { ...rest, notes: next } : rest;
}
