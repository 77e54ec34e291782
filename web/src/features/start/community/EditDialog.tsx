import { Button, Group, Stack } from "@mantine/core";
import { schemaResolver, useForm } from "@mantine/form";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { api, dataOf } from "@/shared/api/client";
import { findingsByField } from "@/shared/api/findings";
import { notifyDone } from "@/shared/ui/notify";
import { ProblemNotice } from "@/shared/ui/ProblemNotice";
import { GridBasics, GridLimits } from "../fields/GridInputs";
import { formErrors, type GridValues, gridBody, gridSchema, valuesOf } from "../fields/gridFields";
import { GRIDS, type Grid } from "../queries";
import { Dialog } from "./Dialog";

export function EditDialog({ grid, onClose }: { grid: Grid; onClose: () => void }) {
  const { t } = useTranslation(["start", "common"]);
  const client = useQueryClient();
  const schema = useMemo(() => gridSchema((fault) => t(`fault.${fault}`)), [t]);
  const form = useForm<GridValues>({
    initialValues: valuesOf(grid),
    validate: schemaResolver(schema, { sync: true }),
  });
  const change = useMutation({
    mutationFn: (values: GridValues) =>
      dataOf(api.PATCH("/api/v1/grids/{grid_id}", { params: { path: { grid_id: grid.id } }, body: gridBody(values) })),
    onSuccess: async (stored) => {
      await client.invalidateQueries({
        predicate: ({ queryKey }) => String(queryKey[1]).startsWith(String(GRIDS[1])),
      });
      notifyDone(t("edit.saved", { name: stored.name }));
      onClose();
    },
    onError: (problem) => form.setErrors(formErrors(findingsByField(problem))),
  });
  return (
    <Dialog title={t("edit.title")} onClose={onClose}>
      <form onSubmit={form.onSubmit((values) => change.mutate(values))} noValidate>
        <Stack>
          <GridBasics inputs={form.getInputProps} timezone={form.values.timezone} />
          <GridLimits inputs={form.getInputProps} />
          {change.error && <ProblemNotice problem={change.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("common:action.cancel")}
            </Button>
            <Button type="submit" loading={change.isPending} disabled={!form.isDirty()}>
              {t("common:action.save")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
