import { Alert, Button, Group, SimpleGrid, Stack, Title } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiProblem } from "@/shared/api/problems";
import { notifyDone } from "@/shared/ui/notify";
import { ProblemNotice } from "@/shared/ui/ProblemNotice";
import { Surface } from "@/shared/ui/Surface";
import { type Grid, type Profile, useForgetProfiles } from "../queries";
import { type Builder, type BuildPreview, build, tryOut } from "./calls";
import { FieldInput } from "./FieldInput";
import { fieldsOf, type JsonSchema } from "./fields";
import { General } from "./General";
import { PreviewPanel } from "./PreviewPanel";
import { type BuildForm, formErrors, requestOf } from "./request";
import { faultsIn, initialOf, type Values } from "./values";
import { useBuildWords } from "./words";

interface Props {
  builder: Builder;
  grids: Grid[];
  profiles: Profile[];
}

/** The form of one builder, drawn from its schema, with a preview before anything is stored. */
export function BuilderForm({ builder, grids, profiles }: Props) {
  const { t } = useTranslation("profiles");
  const words = useBuildWords();
  const navigate = useNavigate();
  const forget = useForgetProfiles();
  const fields = useMemo(() => fieldsOf(builder.parameters_schema as JsonSchema), [builder]);
  const form = useForm<BuildForm>({
    initialValues: initialForm(builder, fields, grids),
    validate: (values) => {
      const faults = faultsIn(fields, values.parameters, "parameters");
      const errors: Record<string, string> = {};
      for (const [path, fault] of Object.entries(faults)) errors[path] = words.fault(fault);
      if (values.name.trim() === "") errors.name = words.fault({ kind: "needed" });
      if (values.period === "year" && values.year === "") errors.year = words.fault({ kind: "needed" });
      if (values.period === "dates" && values.lastDay < values.firstDay) errors.lastDay = t("build.fault.days");
      return errors;
    },
  });
  const [previewed, setPreviewed] = useState<{ preview: BuildPreview; of: string } | null>(null);
  const refused = (problem: unknown) => form.setErrors(formErrors(problem, builder.name));
  const trial = useMutation({
    mutationFn: (values: BuildForm) => tryOut(requestOf(builder.name, fields, values)),
    onSuccess: (preview, values) => setPreviewed({ preview, of: JSON.stringify(values) }),
    onError: refused,
  });
  const making = useMutation({
    mutationFn: (values: BuildForm) => build(requestOf(builder.name, fields, values)),
    onSuccess: async (profile) => {
      notifyDone(t("build.stored", { name: profile.name }));
      await forget();
      await navigate({ to: "/profiles/$profileId", params: { profileId: profile.id } });
    },
    onError: refused,
  });
  const takePlace = (grid: Grid) => {
    form.setFieldValue("timezone", grid.timezone);
    const { latitude, longitude } = grid.location ?? {};
    if (latitude !== undefined && "latitude" in form.values.parameters)
      form.setFieldValue("parameters", { ...form.values.parameters, latitude, longitude });
  };
  const general = form.errors.parameters;
  const problem = making.error ?? trial.error;
  // What belongs to a field stands there already.
  const elsewhere = problem !== null && !(problem instanceof ApiProblem && problem.status === 422);

  return (
    <form onSubmit={form.onSubmit((values) => making.mutate(values))} noValidate>
      <Stack gap="lg">
        <Surface>
          <Stack>
            <Title order={2} size="h4">
              {t("build.general")}
            </Title>
            <General form={form} grids={grids} periodRequired={builder.period_required} onGrid={takePlace} />
          </Stack>
        </Surface>
        <Surface>
          <Stack>
            <Title order={2} size="h4">
              {t("build.parameters")}
            </Title>
            <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
              {fields.map((field) => (
                <FieldInput
                  key={field.name}
                  field={field}
                  path={`parameters.${field.name}`}
                  form={form}
                  profiles={profiles}
                />
              ))}
            </SimpleGrid>
            {general && (
              <Alert color="red" role="alert">
                {general}
              </Alert>
            )}
          </Stack>
        </Surface>
        {elsewhere && <ProblemNotice problem={problem} />}
        <Group justify="flex-end">
          <Button
            variant="default"
            loading={trial.isPending}
            onClick={() => form.onSubmit((values) => trial.mutate(values))()}
          >
            {t("build.preview.button")}
          </Button>
          <Button type="submit" loading={making.isPending}>
            {t("build.store")}
          </Button>
        </Group>
        <PreviewPanel
          preview={previewed?.preview ?? null}
          isStale={previewed !== null && previewed.of !== JSON.stringify(form.values)}
        />
      </Stack>
    </form>
  );
}

function initialForm(builder: Builder, fields: ReturnType<typeof fieldsOf>, grids: Grid[]): BuildForm {
  const year = new Date().getFullYear();
  const parameters: Values = initialOf(fields);
  const location = grids[0]?.location;
  if (location && "latitude" in parameters) {
    parameters.latitude = location.latitude;
    parameters.longitude = location.longitude;
  }
  return {
    name: "",
    period: builder.period_required ? "year" : "profiles",
    year,
    firstDay: `${year}-01-01`,
    lastDay: `${year}-12-31`,
    timezone: grids[0]?.timezone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
    stepMinutes: "15",
    parameters,
  };
}
