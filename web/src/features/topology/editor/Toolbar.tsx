import { ActionIcon, Button, Group, Menu, SegmentedControl, Tooltip } from "@mantine/core";
import {
  IconArrowBackUp,
  IconArrowForwardUp,
  IconArrowsMove,
  IconCopy,
  IconListTree,
  IconPencil,
  IconPlus,
  IconSitemap,
  IconTrash,
} from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { DEVICE_KINDS, GRID } from "../document/types";
import { KindIcon, useKindName } from "../kinds";
import { housesFor, movable } from "./actions";
import { useEditing, useEditor } from "./context";
import { useDialogs } from "./dialogs";
import { SearchBox } from "./SearchBox";
import { useHistory } from "./store";
import { useActions } from "./useActions";

export type View = "graph" | "outline";

interface Props {
  view: View;
  onView: (view: View) => void;
  /** The choice of a run. */
  children: ReactNode;
}

/** Everything that can be done, for the mouse and for whoever does not know the keys. */
export function Toolbar({ view, onView, children }: Props) {
  const { t } = useTranslation("topology");
  const { readOnly } = useEditor();
  return (
    <Group gap="sm" justify="space-between" role="toolbar" aria-label={t("toolbar.label")}>
      <Group gap="xs">{!readOnly && <Changes />}</Group>
      <Group gap="xs">
        {children}
        <SearchBox />
        <SegmentedControl
          size="sm"
          value={view}
          onChange={(next) => onView(next as View)}
          aria-label={t("toolbar.view")}
          data={[
            { value: "graph", label: <Labelled icon={<IconSitemap size={16} />}>{t("toolbar.graph")}</Labelled> },
            { value: "outline", label: <Labelled icon={<IconListTree size={16} />}>{t("toolbar.outline")}</Labelled> },
          ]}
        />
      </Group>
    </Group>
  );
}

function Labelled({ icon, children }: { icon: ReactNode; children: ReactNode }) {
  return (
    <Group gap={6} wrap="nowrap">
      {icon}
      {children}
    </Group>
  );
}

function Changes() {
  const { t } = useTranslation(["topology", "common"]);
  const editor = useEditor();
  const actions = useActions();
  const { openMove, openForm } = useDialogs();
  const some = useEditing(({ selected }) => [...selected].some((key) => key !== GRID));
  const none = useEditing(({ selected }) => selected.size === 0);
  const canMove = useEditing(({ draft, selected }) => movable(draft, selected) !== null);
  const { canUndo, canRedo } = useHistory(editor);
  return (
    <>
      <AddMenu />
      <ActionIcon.Group>
        <Tool label={t("action.duplicate")} hint="Ctrl+D" disabled={!some} onClick={actions.duplicate}>
          <IconCopy size={18} />
        </Tool>
        <Tool label={t("action.move")} disabled={!canMove} onClick={openMove}>
          <IconArrowsMove size={18} />
        </Tool>
        <Tool label={t("common:action.delete")} hint="Del" disabled={!some} onClick={actions.remove}>
          <IconTrash size={18} />
        </Tool>
      </ActionIcon.Group>
      <ActionIcon.Group>
        <Tool label={t("action.undo")} hint="Ctrl+Z" disabled={!canUndo} onClick={editor.undo}>
          <IconArrowBackUp size={18} />
        </Tool>
        <Tool label={t("action.redo")} hint="Ctrl+Shift+Z" disabled={!canRedo} onClick={editor.redo}>
          <IconArrowForwardUp size={18} />
        </Tool>
      </ActionIcon.Group>
      <Button
        hiddenFrom="md"
        variant="default"
        leftSection={<IconPencil size={16} />}
        disabled={none}
        onClick={openForm}
      >
        {t("common:action.edit")}
      </Button>
    </>
  );
}

interface ToolProps {
  label: string;
  hint?: string;
  disabled: boolean;
  onClick: () => void;
  children: ReactNode;
}

function Tool({ label, hint, disabled, onClick, children }: ToolProps) {
  return (
    <Tooltip label={hint ? `${label} (${hint})` : label}>
      <ActionIcon variant="default" size={36} aria-label={label} disabled={disabled} onClick={onClick}>
        {children}
      </ActionIcon>
    </Tooltip>
  );
}

function AddMenu() {
  const { t } = useTranslation(["topology", "common"]);
  const kindName = useKindName();
  const actions = useActions();
  const isEmpty = useEditing(({ draft }) => draft.transformers.length === 0);
  const houses = useEditing(({ draft, selected }) => housesFor(draft, selected).length);
  return (
    <Menu position="bottom-start" withinPortal>
      <Menu.Target>
        <Button leftSection={<IconPlus size={16} />} variant="light">
          {t("common:action.add")}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<KindIcon kind="transformer" />} onClick={actions.addTransformer}>
          {t("action.addTransformer")}
        </Menu.Item>
        <Menu.Item leftSection={<KindIcon kind="house" />} disabled={isEmpty} onClick={actions.addHouse}>
          {t("action.addHouse")}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Label>{houses > 0 ? t("action.deviceFor", { count: houses }) : t("action.deviceWhere")}</Menu.Label>
        {DEVICE_KINDS.map((kind) => (
          <Menu.Item
            key={kind}
            disabled={houses === 0}
            leftSection={<KindIcon kind="device" device={kind} />}
            onClick={() => actions.addDevice(kind)}
          >
            {kindName(kind)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
