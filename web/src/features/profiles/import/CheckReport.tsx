import { Alert, List, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { IconCircleCheck } from "@tabler/icons-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useFormats } from "@/shared/format/formats";
import { type Column, DataTable } from "@/shared/ui/DataTable";
import { Surface } from "@/shared/ui/Surface";
import { unitWord } from "../units";
import type { Checked, Preview, Report } from "./calls";

interface Props {
  checked: Checked;
  /** An IANA zone to show moments in. */
  timezone: string;
}

/** What a check found in the file: how much, each series in figures, gaps, remarks. */
export function CheckReport({ checked, timezone }: Props) {
  const { t } = useTranslation(["profiles", "common"]);
  const { report, preview, errors } = checked;
  return (
    <Stack gap="lg">
      {errors.length === 0 && (
        <Alert color="moss" variant="light" icon={<IconCircleCheck size={20} />} title={t("import.check.fine")}>
          {t("import.check.fineHelp", { count: preview.length })}
        </Alert>
      )}
      {report && <Counts report={report} />}
      {preview.length > 0 && <Series series={preview} timezone={timezone} />}
      {report && report.gaps.length > 0 && <Gaps report={report} timezone={timezone} />}
      {report && report.findings.length > 0 && <Remarks report={report} />}
    </Stack>
  );
}

function Counts({ report }: { report: Report }) {
  const { t } = useTranslation("profiles");
  const formats = useFormats();
  const counts = ["rows_read", "gaps_filled", "duplicates", "rows_refused", "clipped"] as const;
  return (
    <SimpleGrid cols={{ base: 2, sm: 5 }} spacing="sm">
      {counts.map((name) => (
        <Surface key={name} p="sm">
          <Text size="sm" c="dimmed">
            {t(`import.count.${name}`)}
          </Text>
          <Text fz="lg" fw={650}>
            {formats.number(report[name], 0)}
          </Text>
        </Surface>
      ))}
    </SimpleGrid>
  );
}

function Series({ series, timezone }: { series: Preview[]; timezone: string }) {
  const { t } = useTranslation(["profiles", "common"]);
  const formats = useFormats();
  const columns = useMemo((): Column<Preview>[] => {
    const number = (id: "mean" | "min" | "max", header: string): Column<Preview> => ({
      id,
      header,
      numeric: true,
      value: (one) => one.statistics[id],
      render: (one) => formats.quantity(one.statistics[id], unitWord(one.unit), 3),
    });
    return [
      { id: "name", header: t("field.name"), value: (one) => one.name },
      { id: "type", header: t("field.type"), value: (one) => t(`type.${one.profile_type}`) },
      {
        id: "from",
        header: t("import.series.from"),
        value: (one) => one.start,
        render: (one) => formats.moment(one.start, timezone),
      },
      {
        id: "to",
        header: t("import.series.to"),
        value: (one) => one.end,
        render: (one) => formats.moment(one.end, timezone),
      },
      {
        id: "step",
        header: t("field.step"),
        numeric: true,
        value: (one) => one.step_minutes,
        render: (one) => t("minutes", { count: one.step_minutes }),
      },
      {
        id: "count",
        header: t("import.series.values"),
        numeric: true,
        value: (one) => one.count,
        render: (one) => formats.number(one.count, 0),
      },
      {
        id: "missing",
        header: t("import.series.missing"),
        numeric: true,
        value: (one) => one.missing,
        render: (one) => formats.number(one.missing, 0),
      },
      number("min", t("facts.lowest")),
      number("mean", t("facts.mean")),
      number("max", t("facts.highest")),
      {
        id: "year",
        header: t("field.yearlyEnergy"),
        numeric: true,
        value: (one) => one.yearly_kwh,
        render: (one) => formats.quantity(one.yearly_kwh, one.unit === "pu" ? "kWh/kW" : "kWh", 0),
      },
    ];
  }, [t, formats, timezone]);
  return (
    <Surface>
      <Title order={2} size="h4" mb="xs">
        {t("import.series.title")}
      </Title>
      <Text size="sm" c="dimmed" mb="xs">
        {t("common:timezone", { zone: timezone })}
      </Text>
      <DataTable
        label={t("import.series.title")}
        rows={series}
        columns={columns}
        rowKey={(one) => one.column}
        height={360}
      />
    </Surface>
  );
}

function Gaps({ report, timezone }: { report: Report; timezone: string }) {
  const { t } = useTranslation(["profiles", "common"]);
  const formats = useFormats();
  type Gap = Report["gaps"][number];
  const columns = useMemo(
    (): Column<Gap>[] => [
      { id: "series", header: t("import.gaps.series"), value: (gap) => gap.column ?? t("import.gaps.rows") },
      {
        id: "from",
        header: t("import.series.from"),
        value: (gap) => gap.start,
        render: (gap) => formats.moment(gap.start, timezone),
      },
      {
        id: "to",
        header: t("import.series.to"),
        value: (gap) => gap.end,
        render: (gap) => formats.moment(gap.end, timezone),
      },
      { id: "steps", header: t("import.gaps.steps"), numeric: true, value: (gap) => gap.steps },
      {
        id: "filled",
        header: t("import.gaps.filled"),
        value: (gap) => (gap.filled ? t(`import.rules.gaps.${gap.filled}`) : t("import.gaps.open")),
      },
    ],
    [t, formats, timezone],
  );
  return (
    <Surface>
      <Title order={2} size="h4" mb="xs">
        {t("import.gaps.title")}
      </Title>
      <DataTable
        label={t("import.gaps.title")}
        rows={report.gaps}
        columns={columns}
        rowKey={(gap) => `${gap.column}-${gap.start}`}
        height={300}
      />
      {report.gaps_omitted > 0 && (
        <Text size="sm" c="dimmed">
          {t("import.more", { count: report.gaps_omitted })}
        </Text>
      )}
    </Surface>
  );
}

function Remarks({ report }: { report: Report }) {
  const { t } = useTranslation("profiles");
  return (
    <Surface>
      <Title order={2} size="h4" mb="xs">
        {t("import.remarks")}
      </Title>
      <List size="sm">
        {report.findings.map((finding) => (
          <List.Item key={`${finding.line}-${finding.column}-${finding.message}`}>
            {finding.line !== null && <b>{t("import.findings.line", { line: finding.line })} </b>}
            {finding.column && <b>{finding.column}: </b>}
            {finding.message}
          </List.Item>
        ))}
      </List>
      {report.findings_omitted > 0 && (
        <Text size="sm" c="dimmed">
          {t("import.more", { count: report.findings_omitted })}
        </Text>
      )}
    </Surface>
  );
}
