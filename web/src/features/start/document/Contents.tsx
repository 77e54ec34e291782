import { DataList, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { deviceWords } from "../examples/devices";
import type { Preview } from "./read";

/** What a document has in it, before it is stored. */
export function Contents({ preview }: { preview: Preview }) {
  const { t } = useTranslation(["start", "common"]);
  const { transformers, houses, devices, flags, priorityLists, buses } = preview;
  const rows: [string, string][] = [
    [
      t("document.size"),
      `${t("count.houses", { count: houses })}, ${t("count.transformers", { count: transformers })}`,
    ],
    [t("document.devices"), devices.map(([kind, count]) => deviceWords(t, kind, count)).join(", ") || t("none")],
    [t("field.timezone"), preview.timezone],
    [t("field.currency"), preview.currency],
    [t("document.flags"), flags.join(", ") || t("none")],
    [t("document.priorityLists"), priorityLists > 0 ? String(priorityLists) : t("none")],
    [t("document.network"), buses > 0 ? t("count.buses", { count: buses }) : t("none")],
  ];
  return (
    <div>
      <Title order={2} size="h4" mb="sm" style={{ overflowWrap: "anywhere" }}>
        {preview.name ?? t("document.unnamed")}
      </Title>
      <DataList labelWidth={150} withDivider>
        {rows.map(([label, value]) => (
          <DataList.Item key={label}>
            <DataList.ItemLabel>{label}</DataList.ItemLabel>
            <DataList.ItemValue>{value}</DataList.ItemValue>
          </DataList.Item>
        ))}
      </DataList>
    </div>
  );
}
