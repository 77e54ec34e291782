import { ActionIcon, Badge, Button, Group, Tooltip } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { IconArrowBackUp, IconArrowForwardUp, IconDeviceFloppy, IconListDetails } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

interface Props {
  dirty: boolean;
  saving: boolean;
  onSave: () => void;
  /** Null when there is nothing to undo, or to do again. */
  undo: (() => void) | null;
  redo: (() => void) | null;
  onList: () => void;
}

export function SaveBar({ dirty, saving, onSave, undo, redo, onList }: Props) {
  const { t } = useTranslation(["profiles", "common"]);
  useHotkeys([
    ["mod+Z", () => undo?.()],
    ["mod+shift+Z", () => redo?.()],
    ["mod+S", () => dirty && onSave()],
  ]);
  const step = (label: string, act: (() => void) | null, icon: React.ReactNode) => (
    <Tooltip label={label}>
      <ActionIcon variant="default" size="lg" aria-label={label} disabled={act === null} onClick={() => act?.()}>
        {icon}
      </ActionIcon>
    </Tooltip>
  );
  return (
    <Group justify="space-between">
      <Group gap="xs">
        {step(t("assign.undo"), undo, <IconArrowBackUp size={18} />)}
        {step(t("assign.redo"), redo, <IconArrowForwardUp size={18} />)}
        <Button variant="default" leftSection={<IconListDetails size={18} />} onClick={onList}>
          {t("assign.list.open")}
        </Button>
      </Group>
      <Group gap="sm">
        {dirty && (
          <Badge variant="dot" color="yellow" tt="none" size="lg">
            {t("common:state.unsaved")}
          </Badge>
        )}
        <Button leftSection={<IconDeviceFloppy size={18} />} disabled={!dirty} loading={saving} onClick={onSave}>
          {t("common:action.save")}
        </Button>
      </Group>
    </Group>
  );
}
