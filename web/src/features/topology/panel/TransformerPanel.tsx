import { Button, Group, Stack, Text } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useFormats } from "@/shared/format/formats";
import { figuresOf } from "../document/figures";
import type { Key, Transformer } from "../document/types";
import { useEditor } from "../editor/context";
import { useLoadOf } from "../editor/loads";
import { useActions } from "../editor/useActions";
import { TRANSFORMER_FIELDS } from "../fields/fields";
import { LoadBar } from "../graph/LoadBar";
import { useKindName } from "../kinds";
import { NodeForm } from "./NodeForm";

export function TransformerPanel({ nodeKey, transformer }: { nodeKey: Key; transformer: Transformer }) {
  const { t } = useTranslation("topology");
  const editor = useEditor();
  const actions = useActions();
  const load = useLoadOf(nodeKey);
  const keys = useMemo(() => [nodeKey], [nodeKey]);
  return (
    <>
      {load && (
        <Stack gap={4}>
          <LoadBar load={load} />
          <Text size="xs" c="dimmed">
            {t(load.hours_above ? "load.above" : "load.explained", { hours: load.hours_above ?? 0 })}
          </Text>
        </Stack>
      )}
      <NodeForm keys={keys} fields={TRANSFORMER_FIELDS} />
      <Contents transformer={transformer} />
      {!editor.readOnly && (
        <Button
          variant="light"
          size="xs"
          leftSection={<IconPlus size={14} />}
          onClick={actions.addHouse}
          style={{ alignSelf: "flex-start" }}
        >
          {t("action.addHouse")}
        </Button>
      )}
    </>
  );
}

function Contents({ transformer }: { transformer: Transformer }) {
  const { t } = useTranslation("topology");
  const { number } = useFormats();
  const kindName = useKindName();
  const figures = figuresOf(transformer);
  const lines = [
    [t("count.houses"), number(figures.houses)],
    ...[...figures.devices].map(([kind, count]) => [kindName(kind), number(count)]),
    ...(figures.solar_kwp > 0 ? [[t("count.solar"), `${number(figures.solar_kwp)} kWp`]] : []),
    ...(figures.storage_kwh > 0 ? [[t("count.storage"), `${number(figures.storage_kwh)} kWh`]] : []),
  ];
  return (
    <Stack gap={4} component="dl" m={0}>
      {lines.map(([label, value]) => (
        <Group key={label} justify="space-between" gap="xs" wrap="nowrap">
          <Text size="sm" c="dimmed" component="dt">
            {label}
          </Text>
          <Text size="sm" component="dd" m={0} style={{ fontVariantNumeric: "tabular-nums" }}>
            {value}
          </Text>
        </Group>
      ))}
    </Stack>
  );
}
