import { useFormats } from "@/shared/format/formats";

/** An instant in a table's cell, in one line. */
export function Moment({ at, timezone }: { at: string | null | undefined; timezone: string }) {
  const formats = useFormats();
  return <span style={{ whiteSpace: "nowrap" }}>{at ? formats.moment(at, timezone) : "–"}</span>;
}
