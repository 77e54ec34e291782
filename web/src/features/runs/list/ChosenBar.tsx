import { Button, Group, Text, Tooltip } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconArrowsDiff, IconTrash } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api } from "@/shared/api/client";
import { isFinished, type Run } from "@/shared/runs/queries";
import { LinkButton } from "@/shared/ui/LinkButton";
import { notifyDone } from "@/shared/ui/notify";
import { Confirm } from "../parts/Confirm";
import { useFailure } from "../parts/useFailure";
import { mayCompare } from "./useRuns";

interface Props {
  runs: Run[];
  mayDelete: (run: Run) => boolean;
  onClear: () => void;
}

/** What can be done with the chosen runs. */
export function ChosenBar({ runs, mayDelete, onClear }: Props) {
  const { t } = useTranslation(["runs", "common"]);
  const queries = useQueryClient();
  const [asking, dialog] = useDisclosure(false);
  const deletable = runs.filter((run) => isFinished(run.status) && mayDelete(run));
  const remove = useMutation({
    // One after the other: each deletes results of its own, and a failure names where it stopped.
    mutationFn: async () => {
      for (const run of deletable) await api.DELETE("/api/v1/runs/{run_id}", { params: { path: { run_id: run.id } } });
    },
    onSuccess: () => {
      notifyDone(t("run.deleted", { count: deletable.length }));
      onClear();
    },
    onSettled: async () => {
      dialog.close();
      await queries.invalidateQueries({ queryKey: ["runs", "list"] });
    },
  });
  useFailure(remove.error, t("run.failed.delete"), remove.reset);
  const comparable = mayCompare(runs);
  return (
    <Group gap="sm" mih={36} role="group" aria-label={t("list.chosen", { count: runs.length })}>
      <Text size="sm" aria-live="polite">
        {t("list.chosen", { count: runs.length })}
      </Text>
      <Tooltip label={t("list.compareHint")} disabled={comparable}>
        {comparable ? (
          <LinkButton
            to="/compare"
            search={{ runs: runs.map((run) => run.id).join(",") }}
            leftSection={<IconArrowsDiff size={18} />}
          >
            {t("list.compare")}
          </LinkButton>
        ) : (
          <Button aria-disabled data-disabled leftSection={<IconArrowsDiff size={18} />}>
            {t("list.compare")}
          </Button>
        )}
      </Tooltip>
      {deletable.length > 0 && (
        <Button variant="default" leftSection={<IconTrash size={18} />} onClick={dialog.open}>
          {t("list.delete", { count: deletable.length })}
        </Button>
      )}
      <Button variant="subtle" color="gray" onClick={onClear}>
        {t("list.clear")}
      </Button>
      <Confirm
        opened={asking}
        onClose={dialog.close}
        title={t("run.deleteManyTitle", { count: deletable.length })}
        text={t("run.deleteManyText")}
        action={t("run.delete")}
        busy={remove.isPending}
        onConfirm={() => remove.mutate()}
      />
    </Group>
  );
}
