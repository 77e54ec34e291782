import { Button, Group, NumberInput, SimpleGrid, Stack, Text, TextInput, Title } from "@mantine/core";
import { schemaResolver, useForm } from "@mantine/form";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type ReactNode, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { api, dataOf } from "@/shared/api/client";
import { findingsByField } from "@/shared/api/findings";
import { useFormats } from "@/shared/format/formats";
import { notifyDone } from "@/shared/ui/notify";
import { ProblemNotice } from "@/shared/ui/ProblemNotice";
import { Surface } from "@/shared/ui/Surface";
import { numberMarks, ownTimezone } from "../fields/choices";
import { GridBasics, GridLimits } from "../fields/GridInputs";
import { formErrors } from "../fields/gridFields";
import { useKeyFor } from "../keyFor";
import { GRIDS } from "../queries";
import { type BuildValues, buildSchema, documentOf, MOST_HOUSES } from "./document";

/** A community from nothing: its particulars, a transformer and its houses; the topology editor does the rest. */
export function BuildForm() {
  const { t } = useTranslation(["start", "common"]);
  const { locale } = useFormats();
  const navigate = useNavigate();
  const client = useQueryClient();
  const keyFor = useKeyFor();
  const schema = useMemo(() => buildSchema((fault) => t(`fault.${fault}`)), [t]);
  const form = useForm<BuildValues>({
    initialValues: {
      name: "",
      timezone: ownTimezone(),
      currency: "EUR",
      latitude: "",
      longitude: "",
      importLimitKw: "",
      exportLimitKw: "",
      transformerName: t("build.firstTransformer"),
      capacityKw: "",
      houses: 10,
    },
    validate: schemaResolver(schema, { sync: true }),
  });
  const create = useMutation({
    mutationFn: (values: BuildValues) => {
      const body = documentOf(values, (number) => t("build.houseName", { number }));
      const header = { "Idempotency-Key": keyFor(body) };
      return dataOf(api.POST("/api/v1/grids/import", { body, params: { header } }));
    },
    onSuccess: async (stored) => {
      await client.invalidateQueries({ queryKey: GRIDS });
      notifyDone(t("document.stored", { name: stored.name }));
      await navigate({ to: "/communities/$gridId", params: { gridId: Number(stored.id) } });
    },
    onError: (problem) => form.setErrors(formErrors(findingsByField(problem))),
  });
  const marks = numberMarks(locale);
  return (
    <form onSubmit={form.onSubmit((values) => create.mutate(values))} noValidate>
      <Stack gap="lg" maw={760}>
        <Part title={t("build.community")}>
          <GridBasics inputs={form.getInputProps} timezone={form.values.timezone} />
        </Part>
        <Part title={t("build.transformer")} help={t("build.transformerHelp")}>
          <SimpleGrid cols={{ base: 1, sm: 3 }}>
            <TextInput label={t("build.transformerName")} required {...form.getInputProps("transformerName")} />
            <NumberInput
              label={t("build.capacity")}
              placeholder={t("build.unlimited")}
              suffix=" kW"
              min={0}
              hideControls
              {...marks}
              {...form.getInputProps("capacityKw")}
            />
            <NumberInput
              label={t("build.houses")}
              min={0}
              max={MOST_HOUSES}
              allowDecimal={false}
              required
              {...form.getInputProps("houses")}
            />
          </SimpleGrid>
        </Part>
        <Part title={t("build.more")} help={t("build.moreHelp")}>
          <GridLimits inputs={form.getInputProps} />
        </Part>
        {create.error && <ProblemNotice problem={create.error} />}
        <Group>
          <Button type="submit" loading={create.isPending}>
            {t("build.submit")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Part({ title, help, children }: { title: string; help?: string; children: ReactNode }) {
  return (
    <Surface p="lg">
      <Title order={2} size="h4" mb={help ? 4 : "md"}>
        {title}
      </Title>
      {help && (
        <Text size="sm" c="dimmed" mb="md">
          {help}
        </Text>
      )}
      {children}
    </Surface>
  );
}
