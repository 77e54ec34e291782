import { Alert, Text } from "@mantine/core";
import { IconInfoCircle } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useFormats } from "@/shared/format/formats";
import type { Inspection } from "./draft";

const DELIMITERS: Record<string, string> = { ",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe" };

/** In a sentence or two: how the file is laid out, its clock and step. */
export function Recognised({ inspection }: { inspection: Inspection }) {
  const { t } = useTranslation("profiles");
  const formats = useFormats();
  const { dialect, timestamps } = inspection;
  const delimiter = DELIMITERS[dialect.delimiter ?? ""];
  // The stamps are the file's own clock, so no zone may move them.
  const stamp = (text: string) => formats.moment(`${text}Z`, "UTC");
  const parts = [
    dialect.format === "parquet" ? t("import.found.parquet") : null,
    delimiter ? t(`import.found.${delimiter as "comma"}`) : null,
    dialect.decimal === "," ? t("import.found.decimalComma") : null,
    dialect.encoding && !/^utf-?8/i.test(dialect.encoding)
      ? t("import.found.encoding", { name: dialect.encoding })
      : null,
    timestamps.format ? t("import.found.format", { format: timestamps.format }) : null,
    timestamps.step_minutes ? t("import.found.step", { count: timestamps.step_minutes }) : null,
    timestamps.first ? t("import.found.from", { moment: stamp(timestamps.first) }) : null,
    timestamps.has_offset ? t("import.found.offset") : null,
  ].filter((part) => part !== null);
  return (
    <>
      <Text size="sm">{capital(t("import.found.sentence", { parts: parts.join(", ") }))}</Text>
      {timestamps.problem && (
        <Alert color="yellow" icon={<IconInfoCircle size={20} />} title={t("import.found.decide")}>
          {timestamps.problem}
        </Alert>
      )}
    </>
  );
}

function capital(text: string): string {
  return text.charAt(0).toLocaleUpperCase() + text.slice(1);
}
