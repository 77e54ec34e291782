import { Button, Menu } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import {
  IconBan,
  IconChevronDown,
  IconCopy,
  IconHistory,
  IconHomeOff,
  IconRefresh,
  IconTrash,
} from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { isFinished, type Run } from "@/shared/runs/queries";
import { LinkButton } from "@/shared/ui/LinkButton";
import { Confirm } from "../parts/Confirm";
import type { RunActionsOf } from "./useRunActions";

/** What may be done with a run in its present state. */
export function RunActions({ run, name, actions }: { run: Run; name: string; actions: RunActionsOf }) {
  const { t } = useTranslation(["runs", "common"]);
  const [cancelling, cancelDialog] = useDisclosure(false);
  const [deleting, deleteDialog] = useDisclosure(false);
  if (!isFinished(run.status))
    return (
      <>
        <Button variant="default" leftSection={<IconBan size={18} />} onClick={cancelDialog.open}>
          {t("run.cancel")}
        </Button>
        <Confirm
          opened={cancelling}
          onClose={cancelDialog.close}
          title={t("run.cancelTitle")}
          text={t("run.cancelText")}
          action={t("run.cancel")}
          keep={t("run.keep")}
          busy={actions.cancel.isPending}
          onConfirm={() => actions.cancel.mutate(undefined, { onSettled: cancelDialog.close })}
        />
      </>
    );
  return (
    <>
      <LinkButton to="/runs/new" search={{ from: run.id }} variant="default" leftSection={<IconCopy size={18} />}>
        {t("run.copy")}
      </LinkButton>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button variant="default" rightSection={<IconChevronDown size={16} />}>
            {t("run.actions")}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconRefresh size={16} />} onClick={() => actions.rerun.mutate("current")}>
            {t("run.rerun")}
          </Menu.Item>
          <Menu.Item leftSection={<IconHistory size={16} />} onClick={() => actions.rerun.mutate("pinned")}>
            {t("run.rerunPinned")}
          </Menu.Item>
          {run.status === "succeeded" && <BaselineItem actions={actions} />}
          <Menu.Divider />
          <Menu.Item color="red" leftSection={<IconTrash size={16} />} onClick={deleteDialog.open}>
            {t("run.delete")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Confirm
        opened={deleting}
        onClose={deleteDialog.close}
        title={t("run.deleteTitle")}
        text={t("run.deleteText", { name })}
        action={t("run.delete")}
        busy={actions.remove.isPending}
        onConfirm={() => actions.remove.mutate(undefined, { onSettled: deleteDialog.close })}
      />
    </>
  );
}

function BaselineItem({ actions }: { actions: RunActionsOf }) {
  const { t } = useTranslation("runs");
  const { baseline, startBaseline, isStartingBaseline } = actions;
  const icon = <IconHomeOff size={16} />;
  if (baseline)
    return (
      <Menu.Item
        leftSection={icon}
        renderRoot={(props) => <Link to="/runs/$runId" params={{ runId: baseline.id }} {...props} />}
      >
        {t("run.baselineOpen")}
      </Menu.Item>
    );
  if (startBaseline === null) return null;
  return (
    <Menu.Item leftSection={icon} onClick={startBaseline} disabled={isStartingBaseline}>
      {t("run.baseline")}
    </Menu.Item>
  );
}
