import { ActionIcon, Button, Group, Menu, Modal, Stack, Text, Title } from "@mantine/core";
import { IconDeviceFloppy, IconDots, IconPencil, IconPlus, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { notifyDone } from "@/shared/ui/notify";
import { ProblemNotice } from "@/shared/ui/ProblemNotice";
import { Surface } from "@/shared/ui/Surface";
import { NameDialog } from "./NameDialog";
import { type PriorityList, useListChanges } from "./queries";
import { RankList } from "./RankList";
import type { Choice } from "./RankRow";
import { configurationOf, isChanged, newRank, ranksOf } from "./ranks";

interface Props {
  gridId: number;
  list: PriorityList;
  flags: Choice[];
  houses: Choice[];
  readOnly: boolean;
  onDirty: (dirty: boolean) => void;
}

/** One priority list: its ranks are changed here and stored by the button. */
export function ListCard({ gridId, list, flags, houses, readOnly, onDirty }: Props) {
  const { t } = useTranslation(["topology", "common"]);
  const { change } = useListChanges(gridId);
  const [ranks, setRanks] = useState(() => ranksOf(list));
  const dirty = isChanged(ranks, list);
  const set = (next: typeof ranks) => {
    setRanks(next);
    onDirty(isChanged(next, list));
  };
  const store = () =>
    change.mutate(
      { id: list.id, fields: { configuration: configurationOf(ranks) } },
      {
        onSuccess: () => {
          onDirty(false);
          notifyDone(t("priorities.saved"));
        },
      },
    );
  return (
    <Surface>
      <Stack gap="sm" component="section" aria-label={list.name}>
        <Group justify="space-between" wrap="nowrap">
          <Title order={2} size="h4" style={{ overflowWrap: "anywhere" }}>
            {list.name}
          </Title>
          {!readOnly && <ListMenu gridId={gridId} list={list} />}
        </Group>
        {change.error != null && <ProblemNotice problem={change.error} />}
        <RankList ranks={ranks} flags={flags} houses={houses} readOnly={readOnly} onChange={set} />
        {!readOnly && (
          <Group justify="space-between">
            <Button
              variant="light"
              size="xs"
              leftSection={<IconPlus size={14} />}
              onClick={() => set([...ranks, newRank()])}
            >
              {t("priorities.add")}
            </Button>
            <Group gap="xs">
              <Button variant="default" size="xs" disabled={!dirty} onClick={() => set(ranksOf(list))}>
                {t("action.discard")}
              </Button>
              <Button
                size="xs"
                leftSection={<IconDeviceFloppy size={14} />}
                disabled={!dirty}
                loading={change.isPending}
                onClick={store}
              >
                {t("common:action.save")}
              </Button>
            </Group>
          </Group>
        )}
      </Stack>
    </Surface>
  );
}

function ListMenu({ gridId, list }: { gridId: number; list: PriorityList }) {
  const { t } = useTranslation(["topology", "common"]);
  const { change, remove } = useListChanges(gridId);
  const [asks, setAsks] = useState<"name" | "delete" | null>(null);
  const close = () => setAsks(null);
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={`${t("common:action.more")}: ${list.name}`}>
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconPencil size={16} />} onClick={() => setAsks("name")}>
            {t("priorities.rename")}
          </Menu.Item>
          <Menu.Item color="red" leftSection={<IconTrash size={16} />} onClick={() => setAsks("delete")}>
            {t("common:action.delete")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {asks === "name" && (
        <NameDialog
          title={t("priorities.rename")}
          name={list.name}
          submit={t("common:action.save")}
          busy={change.isPending}
          problem={change.error}
          onClose={close}
          onSubmit={(name) => change.mutate({ id: list.id, fields: { name } }, { onSuccess: close })}
        />
      )}
      <Modal opened={asks === "delete"} onClose={close} title={t("priorities.deleteTitle", { name: list.name })}>
        <Stack>
          {remove.error != null && <ProblemNotice problem={remove.error} />}
          <Text size="sm">{t("priorities.deleteHelp")}</Text>
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {t("common:action.cancel")}
            </Button>
            <Button
              color="red"
              loading={remove.isPending}
              onClick={() => remove.mutate(list.id, { onSuccess: () => notifyDone(t("priorities.deleted")) })}
            >
              {t("common:action.delete")}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
