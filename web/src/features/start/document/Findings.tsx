import { Alert, Code, Stack, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { type Column, DataTable } from "@/shared/ui/DataTable";
import { type DocumentLike, placesOf } from "./read";

interface Finding {
  field?: string;
  message: string;
}

interface Row {
  id: number;
  where: string;
  field: string;
  message: string;
}

/** Everything that the service found, each at the part of the community that it is about. */
export function Findings({ document, findings }: { document: DocumentLike; findings: Finding[] }) {
  const { t } = useTranslation(["start", "common"]);
  const rows = useMemo<Row[]>(
    () =>
      findings.map(({ field = "", message }, id) => {
        const found = placesOf(document, field);
        const where = found.places.map(({ kind, name }) => t(`document.place.${kind}`, { name })).join(" › ");
        return { id, where: where || t("document.place.community"), field: found.field, message };
      }),
    [document, findings, t],
  );
  const columns: Column<Row>[] = [
    { id: "where", header: t("document.where"), value: (row) => row.where },
    {
      id: "field",
      header: t("document.field"),
      value: (row) => row.field,
      render: (row) => row.field && <Code>{row.field}</Code>,
    },
    {
      id: "message",
      header: t("document.finding"),
      value: (row) => row.message,
      // The services speak English.
      render: (row) => (
        <Text size="sm" lang="en">
          {row.message}
        </Text>
      ),
    },
  ];
  return (
    <Stack gap="sm">
      <Alert
        color="red"
        role="alert"
        icon={<IconAlertTriangle size={20} />}
        title={t("document.findings", { count: findings.length })}
      >
        {t("document.findingsHelp")}
      </Alert>
      <DataTable
        label={t("document.findingsLabel")}
        rows={rows}
        columns={columns}
        rowKey={(row) => row.id}
        height={360}
      />
    </Stack>
  );
}
