import { Alert, Button, List, Stack, Text, TextInput } from "@mantine/core";
import { IconPlayerPlay } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiProblem } from "@/shared/api/problems";
import { useFormats } from "@/shared/format/formats";
import { ProblemNotice } from "@/shared/ui/ProblemNotice";
import { bytes } from "../bytes";
import { RunFormProvider, SurroundingsProvider } from "../form/context";
import { KindEntry } from "../form/entries";
import { FiguresTable } from "../form/FiguresTable";
import { FormFrame } from "../form/FormFrame";
import { RunSections } from "../form/RunSections";
import { Section } from "../form/sections/Section";
import { focusFirstProblem, type RunEditor, useRunEditor } from "../form/useRunEditor";
import type { RunForm } from "../form/values";
import type { Grid } from "../queries";
import { useStartSweep } from "../start";
import { countRuns, MOST_RUNS, type Mode, type Objection, objectionsTo, type Varied } from "./combining";
import { VaryEditor } from "./VaryEditor";
import { useVariables } from "./variables";

interface Props {
  initial: RunForm;
  varied: Varied[];
  mode: Mode;
  grids: Grid[];
}

/** More lines help nobody. */
const MOST_LINES = 8;

export function SweepEditor({ initial, grids, ...first }: Props) {
  const { t } = useTranslation("runs");
  const navigate = useNavigate();
  const editor = useRunEditor(initial);
  const { form, surroundings, request, chooseGrid } = editor;
  const [name, setName] = useState("");
  const [varied, setVaried] = useState(first.varied);
  const [mode, setMode] = useState<Mode>(first.mode);
  const formRef = useRef<HTMLFormElement>(null);
  const start = useStartSweep();
  const variables = useVariables(surroundings.facts?.currency ?? "EUR");
  const objections = objectionsTo(varied, mode, request);
  const count = countRuns(varied, mode);

  const showFirst = () => {
    form.validate();
    focusFirstProblem(formRef.current);
  };
  const submit = form.onSubmit(
    async () => {
      if (request === null || objections.length > 0) return;
      const vary = Object.fromEntries(varied.map(({ path, values }) => [path, values]));
      const sweep = await start.mutateAsync({ name: name.trim() || null, base: request, vary, mode }).catch(() => null);
      if (sweep) await navigate({ to: "/sweeps/$sweepId", params: { sweepId: sweep.id } });
    },
    () => focusFirstProblem(formRef.current),
  );
  return (
    <RunFormProvider form={form}>
      <SurroundingsProvider value={surroundings}>
        <FormFrame
          formRef={formRef}
          onSubmit={submit}
          editor={editor}
          onShowFirst={showFirst}
          title={t("sweeps.form.each")}
          brief={t("sweeps.form.count", { count })}
          aside={
            <>
              <Total editor={editor} count={count} />
              <Objections objections={objections} />
              {start.error && <ProblemNotice problem={shortened(start.error)} />}
            </>
          }
          start={
            <Button
              type="submit"
              size="md"
              fullWidth
              loading={start.isPending}
              disabled={objections.length > 0}
              leftSection={<IconPlayerPlay size={18} />}
            >
              {t("sweeps.form.start")}
            </Button>
          }
        >
          <Stack gap="md">
            <Section title={t("sweeps.form.vary")} help={t("sweeps.form.varyHelp")}>
              <TextInput
                label={t("sweeps.form.name")}
                description={t("sweeps.form.nameHelp")}
                value={name}
                maxLength={200}
                onChange={(event) => setName(event.currentTarget.value)}
                inputWrapperOrder={["label", "input", "error", "description"]}
              />
              <VaryEditor variables={variables} varied={varied} onChange={setVaried} />
              {varied.length > 1 && (
                <KindEntry
                  label={t("sweeps.form.mode")}
                  value={mode}
                  kinds={[
                    { value: "product", name: t("sweeps.form.product") },
                    { value: "zip", name: t("sweeps.form.zip") },
                  ]}
                  onChoose={setMode}
                  help={mode === "zip" ? t("sweeps.form.zipHelp") : t("sweeps.form.productHelp")}
                />
              )}
            </Section>
            <RunSections grids={grids} onGrid={chooseGrid} named={false} />
          </Stack>
        </FormFrame>
      </SurroundingsProvider>
    </RunFormProvider>
  );
}

function shortened(problem: unknown): unknown {
  if (!(problem instanceof ApiProblem)) return problem;
  return new ApiProblem(
    { ...problem.body, errors: problem.body.errors?.slice(0, MOST_LINES) },
    problem.retryAfterSeconds,
  );
}

/** Runs, time and storage of all together. */
function Total({ editor, count }: { editor: RunEditor; count: number }) {
  const { t } = useTranslation("runs");
  const { duration, number, locale } = useFormats();
  const { estimate } = editor.estimation;
  if (count === 0) return null;
  const rows: [string, string][] = [
    [t("sweeps.runs"), number(count)],
    ...(estimate
      ? ([
          [t("estimate.duration"), `≈ ${duration(estimate.seconds * count)}`],
          [t("estimate.storage"), bytes(estimate.storage_bytes * count, locale)],
        ] as [string, string][])
      : []),
  ];
  return (
    <Stack gap={4}>
      <Text fw={600}>{t("sweeps.form.total")}</Text>
      <FiguresTable rows={rows} />
      <Text size="xs" c="dimmed">
        {t("sweeps.form.totalHelp")}
      </Text>
    </Stack>
  );
}

function Objections({ objections }: { objections: Objection[] }) {
  const { t } = useTranslation("runs");
  const { number } = useFormats();
  if (objections.length === 0) return null;
  const words = (objection: Objection): string => {
    if (objection.kind === "tooMany")
      return t("sweeps.form.tooMany", { count: objection.count, most: number(MOST_RUNS) });
    if (objection.kind === "lengths") return t("sweeps.form.lengths", { lengths: objection.lengths.join(", ") });
    return objection.kind === "needs" ? t(`sweeps.form.needs.${objection.what}`) : t("sweeps.form.nothing");
  };
  return (
    <Alert color="yellow" role="status">
      <List size="sm" listStyleType="none" spacing={4}>
        {objections.map((objection) => (
          <List.Item key={words(objection)}>{words(objection)}</List.Item>
        ))}
      </List>
    </Alert>
  );
}
