import { Box, Group, Kbd, Stack, Text, Title } from "@mantine/core";
import { type ReactNode, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { nodeAt } from "../document/places";
import { type Device, GRID, type House, type Key, kindOf, type Transformer } from "../document/types";
import { useEditing, useEditor } from "../editor/context";
import { DEVICE_FIELDS, GRID_FIELDS } from "../fields/fields";
import { KindIcon, useKindName } from "../kinds";
import { HousePanel } from "./HousePanel";
import { ManyPanel } from "./ManyPanel";
import { NodeForm } from "./NodeForm";
import { Parent } from "./Parent";
import { TransformerPanel } from "./TransformerPanel";

/** The particulars of what is selected. */
export function Panel() {
  const { t } = useTranslation("topology");
  const selected = useEditing((state) => state.selected);
  const draft = useEditing((state) => state.draft);
  const { readOnly } = useEditor();
  const key = [...selected][0] ?? GRID;
  const keys = useMemo(() => [key], [key]);
  if (selected.size === 0) return <Nothing />;
  if (selected.size > 1) return <ManyPanel />;
  const node = nodeAt(draft, key);
  if (node === undefined) return <Nothing />;
  return (
    <Stack gap="md">
      <Heading nodeKey={key} />
      {readOnly && (
        <Text size="sm" c="dimmed">
          {t("panel.readOnly")}
        </Text>
      )}
      {kindOf(key) === "grid" && <NodeForm keys={keys} fields={GRID_FIELDS} />}
      {kindOf(key) === "transformer" && <TransformerPanel nodeKey={key} transformer={node as Transformer} />}
      {kindOf(key) === "house" && <HousePanel nodeKey={key} house={node as House} />}
      {kindOf(key) === "device" && <DevicePanel nodeKey={key} device={node as Device} />}
    </Stack>
  );
}

function Heading({ nodeKey }: { nodeKey: Key }) {
  const { t } = useTranslation("topology");
  const kindName = useKindName();
  const draft = useEditing((state) => state.draft);
  const node = nodeAt(draft, nodeKey) as { name?: string | null; kind?: Device["kind"] } | undefined;
  const kind = kindOf(nodeKey);
  const word =
    kind === "device" && node?.kind ? kindName(node.kind) : t(kind === "device" ? "panel.device" : `node.${kind}`);
  return (
    <Box>
      <Parent nodeKey={nodeKey} />
      <Group gap="xs" wrap="nowrap" align="flex-start">
        <Box pt={3} c="dimmed">
          <KindIcon kind={kind} device={node?.kind} size={22} />
        </Box>
        <Box style={{ minWidth: 0 }}>
          <Title order={2} size="h4" style={{ overflowWrap: "anywhere" }}>
            {node?.name || word}
          </Title>
          {node?.name && (
            <Text size="sm" c="dimmed">
              {word}
            </Text>
          )}
        </Box>
      </Group>
    </Box>
  );
}

function DevicePanel({ nodeKey, device }: { nodeKey: Key; device: Device }) {
  const { t } = useTranslation("topology");
  const keys = useMemo(() => [nodeKey], [nodeKey]);
  return (
    <>
      <Text size="sm" c="dimmed">
        {t(`about.${device.kind}`)}
      </Text>
      <NodeForm keys={keys} fields={DEVICE_FIELDS[device.kind]} />
    </>
  );
}

function Nothing() {
  const { t } = useTranslation("topology");
  const { readOnly } = useEditor();
  return (
    <Stack gap="md">
      <Title order={2} size="h4">
        {t("panel.nothing.title")}
      </Title>
      <Text size="sm" c="dimmed">
        {t(readOnly ? "panel.nothing.look" : "panel.nothing.help")}
      </Text>
      {!readOnly && (
        <Stack gap={6} visibleFrom="md">
          <Hint keys={["Shift"]}>{t("hint.several")}</Hint>
          <Hint keys={["Ctrl", "D"]}>{t("hint.duplicate")}</Hint>
          <Hint keys={["Ctrl", "C"]}>{t("hint.copy")}</Hint>
          <Hint keys={["Ctrl", "V"]}>{t("hint.paste")}</Hint>
          <Hint keys={["Del"]}>{t("hint.remove")}</Hint>
          <Hint keys={["Ctrl", "Z"]}>{t("hint.undo")}</Hint>
          <Hint keys={["Ctrl", "S"]}>{t("hint.save")}</Hint>
        </Stack>
      )}
    </Stack>
  );
}

function Hint({ keys, children }: { keys: string[]; children: ReactNode }) {
  return (
    <Group gap={6} wrap="nowrap" justify="space-between">
      <Text size="sm" c="dimmed">
        {children}
      </Text>
      <Group gap={4} wrap="nowrap">
        {keys.map((key) => (
          <Kbd key={key} size="xs">
            {key}
          </Kbd>
        ))}
      </Group>
    </Group>
  );
}
