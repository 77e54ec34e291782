import { Group, Text } from "@mantine/core";
import { IconAlertTriangle, IconHistory } from "@tabler/icons-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useFormats } from "@/shared/format/formats";
import { type Column, DataTable } from "@/shared/ui/DataTable";
import { Empty } from "@/shared/ui/Empty";
import { useUsers } from "../queries";
import { ALARMING, detailsOf, type Entry, subjectOf } from "./words";

/** The log, newest first. Names of users stand for their numbers where they are known. */
export function AuditTable({ entries, zone }: { entries: Entry[]; zone: string }) {
  const { t } = useTranslation(["users", "common"]);
  const formats = useFormats();
  const users = useUsers().data;
  const columns = useMemo<Column<Entry>[]>(() => {
    const names = new Map(users?.map((user) => [user.id, user.username]));
    const subject = (entry: Entry) => {
      const found = subjectOf(entry.subject);
      if (found === null) return null;
      if ("text" in found) return found.text;
      if (found.kind === "user") return names.get(found.id) ?? t("audit.user", { id: found.id });
      return t("audit.session", { id: found.id });
    };
    return [
      {
        id: "at",
        header: t("audit.column.at"),
        value: (entry) => entry.at,
        render: (entry) => (
          <Text size="sm" style={{ whiteSpace: "nowrap", fontVariantNumeric: "tabular-nums" }}>
            {formats.date(entry.at, zone)}, {seconds(entry.at, formats.locale, zone)}
          </Text>
        ),
      },
      {
        id: "event",
        header: t("audit.column.event"),
        value: (entry) => t(`event.${entry.event}`),
        render: (entry) => <EventName entry={entry} />,
      },
      { id: "actor", header: t("audit.column.actor"), value: (entry) => entry.actor_name },
      { id: "subject", header: t("audit.column.subject"), value: subject },
      { id: "details", header: t("audit.column.details"), value: (entry) => detailsOf(entry.details) },
      { id: "address", header: t("audit.column.address"), value: (entry) => entry.address },
    ];
  }, [users, t, formats, zone]);
  return (
    <DataTable
      label={t("audit.title")}
      rows={entries}
      columns={columns}
      rowKey={(entry) => entry.id}
      searchable={false}
      empty={
        <Empty icon={<IconHistory size={28} />} title={t("audit.nothing")}>
          {t("audit.nothingHelp")}
        </Empty>
      }
    />
  );
}

function EventName({ entry }: { entry: Entry }) {
  const { t } = useTranslation(["users", "common"]);
  const alarming = ALARMING.has(entry.event);
  return (
    <Group gap={6} wrap="nowrap" c={alarming ? "var(--mantine-color-error)" : undefined}>
      {alarming && <IconAlertTriangle size={16} aria-hidden />}
      <Text size="sm" component="span" fw={alarming ? 600 : undefined} style={{ whiteSpace: "nowrap" }}>
        {t(`event.${entry.event}`)}
      </Text>
    </Group>
  );
}

/** Attempts follow each other within a minute, so seconds matter here. */
function seconds(at: string, locale: string, zone: string): string {
  return new Intl.DateTimeFormat(locale, { timeStyle: "medium", timeZone: zone }).format(new Date(at));
}
