import { Button, Group, Loader, Stack, Stepper, Text } from "@mantine/core";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { findingsByField } from "@/shared/api/findings";
import { ApiProblem } from "@/shared/api/problems";
import { Page } from "@/shared/ui/Page";
import { ProblemNotice } from "@/shared/ui/ProblemNotice";
import { Surface } from "@/shared/ui/Surface";
import { CheckReport } from "./import/CheckReport";
import { DropZone } from "./import/DropZone";
import { missingIn } from "./import/draft";
import { Findings } from "./import/Findings";
import { MappingStep } from "./import/MappingStep";
import { StoredStep } from "./import/StoredStep";
import { STEPS, useImport } from "./import/useImport";
import { ZoneSelect } from "./import/ZoneSelect";
import { useGrids } from "./queries";
import { isZone } from "./zone";

export function ImportPage() {
  const { t } = useTranslation(["profiles", "common"]);
  const grids = useGrids().data ?? [];
  const zones = [...new Set(grids.map((grid) => grid.timezone))];
  const [chosenZone, setZone] = useState<string | null>(null);
  const zone = chosenZone ?? zones[0] ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  const { step, file, draft, inspection, checking, storing, ...todo } = useImport(zone);
  const checked = checking.data;
  const errors = useMemo(
    () => findingsByField(new ApiProblem({ status: 422, errors: checked?.errors ?? [] })),
    [checked],
  );
  const missing = draft ? missingIn(draft) : [];
  const shownZone = draft && isZone(draft.rules.timezone) ? draft.rules.timezone : zone;
  const year = Number((inspection.data?.timestamps.first ?? new Date().toISOString()).slice(0, 4));

  return (
    <Page
      title={t("import.title")}
      description={t("import.description")}
      crumbs={[{ label: t("list.title"), link: { to: "/profiles" } }]}
    >
      <Stepper
        active={step}
        onStepClick={(next) => (next === 2 ? todo.check() : todo.goTo(next))}
        size="sm"
        iconSize={34}
      >
        {STEPS.map((name, index) => (
          <Stepper.Step
            key={name}
            label={t(`import.steps.${name}`)}
            allowStepSelect={index < step && step < 3}
            loading={index === 2 && checking.isPending}
          />
        ))}
      </Stepper>
      {step === 0 && (
        <Surface>
          <Stack>
            <ZoneSelect
              label={t("import.file.zone")}
              description={t("import.file.zoneHelp")}
              value={zone}
              onChange={setZone}
              near={zones}
            />
            <DropZone onFile={(chosen) => inspection.mutate(chosen)} busy={inspection.isPending} />
            {inspection.isPending && (
              <Group gap="sm" role="status">
                <Loader size="sm" />
                <Text size="sm">{t("import.file.looking")}</Text>
              </Group>
            )}
            {inspection.isError && <ProblemNotice problem={inspection.error} />}
          </Stack>
        </Surface>
      )}
      {step === 1 && draft && inspection.data && (
        <>
          <MappingStep
            inspection={inspection.data}
            draft={draft}
            onChange={todo.change}
            zones={zones}
            errors={errors}
          />
          {missing.length > 0 && (
            <Text c="red" size="sm" role="status">
              {missing.map((what) => t(`import.missing.${what}`)).join(" ")}
            </Text>
          )}
          <Group justify="space-between">
            <Button variant="default" onClick={() => todo.goTo(0)}>
              {t("import.otherFile")}
            </Button>
            <Button onClick={todo.check} disabled={missing.length > 0}>
              {t("import.toCheck")}
            </Button>
          </Group>
        </>
      )}
      {step === 2 && draft && file && (
        <>
          {checking.isPending && (
            <Surface>
              <Group gap="sm" role="status" mih={160} justify="center">
                <Loader size="sm" />
                <Text>{t("import.check.running", { name: file.name })}</Text>
              </Group>
            </Surface>
          )}
          {checking.isError && <ProblemNotice problem={checking.error} onRetry={todo.check} />}
          {checked && checking.isSuccess && (
            <>
              {checked.errors.length > 0 && (
                <Findings
                  file={file}
                  encoding={inspection.data?.dialect.encoding}
                  errors={checked.errors}
                  rules={draft.rules}
                  year={year}
                  onMend={todo.mend}
                />
              )}
              <CheckReport checked={checked} timezone={shownZone} />
            </>
          )}
          {storing.isError && <ProblemNotice problem={storing.error} />}
          <Group justify="space-between">
            <Button variant="default" onClick={() => todo.goTo(1)}>
              {t("import.backToColumns")}
            </Button>
            <Button
              onClick={todo.store}
              loading={storing.isPending}
              disabled={!checking.isSuccess || (checked?.errors.length ?? 0) > 0}
            >
              {t("import.store", { count: checked?.preview.length ?? 0 })}
            </Button>
          </Group>
        </>
      )}
      {step === 3 && storing.data && <StoredStep profiles={storing.data.profiles} grids={grids} onAgain={todo.again} />}
    </Page>
  );
}
