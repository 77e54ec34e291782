import { Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/shared/api/client";
import { notifyDone } from "@/shared/ui/notify";
import { ProblemNotice } from "@/shared/ui/ProblemNotice";
import { GRIDS, type Grid } from "../queries";
import { Dialog } from "./Dialog";

/** Deleting can't be undone, so that the name has to be typed. */
export function DeleteDialog({ grid, onClose }: { grid: Grid; onClose: () => void }) {
  const { t } = useTranslation(["start", "common"]);
  const client = useQueryClient();
  const navigate = useNavigate();
  const [name, setName] = useState("");
  const remove = useMutation({
    mutationFn: () => api.DELETE("/api/v1/grids/{grid_id}", { params: { path: { grid_id: grid.id } } }),
    onSuccess: async () => {
      notifyDone(t("delete.done", { name: grid.name }));
      await navigate({ to: "/communities" });
      await client.invalidateQueries({ queryKey: GRIDS });
    },
  });
  const same = name.trim() === grid.name.trim();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (same) remove.mutate();
  };
  return (
    <Dialog title={t("delete.title")} onClose={onClose}>
      <form onSubmit={submit}>
        <Stack>
          <Text>{t("delete.help")}</Text>
          <TextInput
            label={t("delete.name", { name: grid.name })}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            autoComplete="off"
            data-autofocus
          />
          {remove.error && <ProblemNotice problem={remove.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("common:action.cancel")}
            </Button>
            <Button type="submit" color="red" disabled={!same} loading={remove.isPending}>
              {t("delete.submit")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
