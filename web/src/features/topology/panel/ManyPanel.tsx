import { Button, Group, Stack, Text, Title } from "@mantine/core";
import { IconArrowsMove, IconCopy, IconTrash } from "@tabler/icons-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useFormats } from "@/shared/format/formats";
import { nodeAt } from "../document/places";
import { type Device, type Draft, type Key, kindOf } from "../document/types";
import { movable } from "../editor/actions";
import { useEditing, useEditor } from "../editor/context";
import { useDialogs } from "../editor/dialogs";
import { useActions } from "../editor/useActions";
import { DEVICE_FIELDS, type Field, HOUSE_FIELDS, TRANSFORMER_FIELDS } from "../fields/fields";
import { useKindName } from "../kinds";
import { AddDevice } from "./HousePanel";
import { NodeForm } from "./NodeForm";

/** Several nodes at once: what they are, and the fields that they share. */
export function ManyPanel() {
  const { t } = useTranslation(["topology", "common"]);
  const { number } = useFormats();
  const kindName = useKindName();
  const editor = useEditor();
  const actions = useActions();
  const openMove = useDialogs((state) => state.openMove);
  const selected = useEditing((state) => state.selected);
  const draft = useEditing((state) => state.draft);
  const keys = useMemo(() => [...selected], [selected]);
  const counts = useMemo(
    () => countKinds(draft, keys, kindName, (kind) => t(`nodes.${kind}`)),
    [draft, keys, kindName, t],
  );
  const fields = fieldsOf(draft, keys);
  return (
    <Stack gap="md">
      <div>
        <Title order={2} size="h4">
          {t("many.title", { count: keys.length })}
        </Title>
        <Text size="sm" c="dimmed">
          {[...counts].map(([name, count]) => `${name}: ${number(count)}`).join(" · ")}
        </Text>
      </div>
      {!editor.readOnly && (
        <Group gap="xs">
          <Button size="xs" variant="default" leftSection={<IconCopy size={14} />} onClick={actions.duplicate}>
            {t("action.duplicate")}
          </Button>
          {movable(draft, keys) && (
            <Button size="xs" variant="default" leftSection={<IconArrowsMove size={14} />} onClick={openMove}>
              {t("action.move")}
            </Button>
          )}
          <Button size="xs" variant="default" leftSection={<IconTrash size={14} />} onClick={actions.remove}>
            {t("common:action.delete")}
          </Button>
          {keys.every((key) => kindOf(key) === "house") && <AddDevice />}
        </Group>
      )}
      {fields ? (
        <>
          <Text size="sm" c="dimmed">
            {t("many.help")}
          </Text>
          <NodeForm keys={keys} fields={fields} />
        </>
      ) : (
        <Text size="sm" c="dimmed">
          {t("many.mixed")}
        </Text>
      )}
    </Stack>
  );
}

/** The form of nodes that are all of one kind. */
function fieldsOf(draft: Draft, keys: readonly Key[]): Field[] | null {
  const kinds = new Set(keys.map(kindOf));
  if (kinds.size !== 1) return null;
  if (kinds.has("house")) return HOUSE_FIELDS;
  if (kinds.has("transformer")) return TRANSFORMER_FIELDS;
  const devices = new Set(keys.map((key) => (nodeAt(draft, key) as Device).kind));
  const [only] = devices;
  return devices.size === 1 && only ? DEVICE_FIELDS[only] : null;
}

function countKinds(
  draft: Draft,
  keys: readonly Key[],
  kindName: (kind: Device["kind"]) => string,
  nodesName: (kind: "grid" | "transformer" | "house") => string,
): Map<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) {
    const kind = kindOf(key);
    const name = kind === "device" ? kindName((nodeAt(draft, key) as Device).kind) : nodesName(kind);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}
