import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconBan, IconCopy, IconFileTypeCsv, IconPlayerPlay, IconTrash } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api } from "@/shared/api/client";
import { download } from "@/shared/api/download";
import { LinkButton } from "@/shared/ui/LinkButton";
import { notifyDone } from "@/shared/ui/notify";
import { Confirm } from "../parts/Confirm";
import { useFailure } from "../parts/useFailure";
import { type SweepWithRuns, useMayOperate } from "../queries";

/** What may be done with a sweep in its present state. */
export function SweepActions({ sweep, name }: { sweep: SweepWithRuns; name: string }) {
  const { t } = useTranslation("runs");
  const queries = useQueryClient();
  const navigate = useNavigate();
  const mayOperate = useMayOperate()(sweep);
  const [cancelling, cancelDialog] = useDisclosure(false);
  const [deleting, deleteDialog] = useDisclosure(false);
  const params = { path: { sweep_id: sweep.id } };
  const refresh = () =>
    Promise.all([
      queries.invalidateQueries({ queryKey: ["runs", "sweeps"] }),
      queries.invalidateQueries({ queryKey: ["runs", "list"] }),
    ]);
  const cancel = useMutation({
    mutationFn: () => api.POST("/api/v1/sweeps/{sweep_id}/cancel", { params }),
    onSettled: refresh,
  });
  const resume = useMutation({
    mutationFn: () => api.POST("/api/v1/sweeps/{sweep_id}/resume", { params }),
    onSettled: refresh,
  });
  const remove = useMutation({
    mutationFn: () => api.DELETE("/api/v1/sweeps/{sweep_id}", { params }),
    onSuccess: async () => {
      notifyDone(t("sweeps.deleted"));
      await navigate({ to: "/sweeps" });
      await refresh();
    },
  });
  const csv = useMutation({
    mutationFn: () => download(`/api/v1/sweeps/${sweep.id}/outcomes?format=csv`, `${name}.csv`),
  });
  useFailure(cancel.error, t("sweeps.failed.cancel"), cancel.reset);
  useFailure(resume.error, t("sweeps.failed.resume"), resume.reset);
  useFailure(remove.error, t("sweeps.failed.delete"), remove.reset);
  useFailure(csv.error, t("sweeps.failed.csv"), csv.reset);

  const isGoing = sweep.status === "queued" || sweep.status === "running";
  const isResumable = !isGoing && (sweep.counts.failed ?? 0) + (sweep.counts.cancelled ?? 0) > 0;
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconFileTypeCsv size={18} />}
        loading={csv.isPending}
        onClick={() => csv.mutate()}
      >
        {t("sweeps.csv")}
      </Button>
      {mayOperate && (
        <LinkButton to="/sweeps/new" search={{ from: sweep.id }} variant="default" leftSection={<IconCopy size={18} />}>
          {t("sweeps.copy")}
        </LinkButton>
      )}
      {mayOperate && isResumable && (
        <Button leftSection={<IconPlayerPlay size={18} />} loading={resume.isPending} onClick={() => resume.mutate()}>
          {t("sweeps.resume")}
        </Button>
      )}
      {mayOperate && isGoing && (
        <Button variant="default" leftSection={<IconBan size={18} />} onClick={cancelDialog.open}>
          {t("sweeps.cancel")}
        </Button>
      )}
      {mayOperate && !isGoing && (
        <Button variant="default" leftSection={<IconTrash size={18} />} onClick={deleteDialog.open}>
          {t("run.delete")}
        </Button>
      )}
      <Confirm
        opened={cancelling}
        onClose={cancelDialog.close}
        title={t("sweeps.cancelTitle")}
        text={t("sweeps.cancelText")}
        action={t("sweeps.cancel")}
        keep={t("run.keep")}
        busy={cancel.isPending}
        onConfirm={() => cancel.mutate(undefined, { onSettled: cancelDialog.close })}
      />
      <Confirm
        opened={deleting}
        onClose={deleteDialog.close}
        title={t("sweeps.deleteTitle")}
        text={t("sweeps.deleteText", { name, count: sweep.runs.length })}
        action={t("run.delete")}
        busy={remove.isPending}
        onConfirm={() => remove.mutate(undefined, { onSettled: deleteDialog.close })}
      />
    </>
  );
}
