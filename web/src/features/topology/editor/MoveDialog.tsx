import { Button, Group, Modal, Select, Stack } from "@mantine/core";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { GRID, keyOf } from "../document/types";
import { movable } from "./actions";
import { useEditing } from "./context";
import { useDialogs } from "./dialogs";
import { useActions } from "./useActions";

/** Asks where the selected houses (or devices) belong from now on. */
export function MoveDialog() {
  const { t } = useTranslation("topology");
  const { moving, close } = useDialogs();
  return (
    <Modal opened={moving} onClose={close} title={t("move.title")}>
      {moving && <Content />}
    </Modal>
  );
}

function Content() {
  const { t } = useTranslation(["topology", "common"]);
  const { close } = useDialogs();
  const actions = useActions();
  const draft = useEditing((state) => state.draft);
  const selected = useEditing((state) => state.selected);
  const kind = movable(draft, selected);
  const [target, setTarget] = useState<string | null>(null);
  const choices = useMemo(
    () =>
      kind === "device"
        ? draft.transformers.map((node) => ({
            group: node.name,
            items: node.houses.map((house) => ({ value: keyOf("house", house.id), label: house.name })),
          }))
        : draft.transformers.map((node) => ({ value: keyOf("transformer", node.id), label: node.name })),
    [draft, kind],
  );
  const submit = () => {
    if (target !== null && target !== GRID) actions.moveTo(target);
    close();
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Stack>
        <Select
          label={t(kind === "device" ? "move.toHouse" : "move.toTransformer", { count: selected.size })}
          description={t(kind === "device" ? "move.deviceHelp" : "move.houseHelp")}
          data={choices}
          value={target}
          onChange={setTarget}
          searchable
          limit={100}
          data-autofocus
          required
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {t("common:action.cancel")}
          </Button>
          <Button type="submit" disabled={target === null}>
            {t("move.submit")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
