import { Button, Skeleton } from "@mantine/core";
import { IconPlayerPlay } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { runQuery } from "@/shared/runs/queries";
import { Page } from "@/shared/ui/Page";
import { ProblemNotice } from "@/shared/ui/ProblemNotice";
import { RunFormProvider, SurroundingsProvider } from "./form/context";
import { FormFrame } from "./form/FormFrame";
import { factsQuery } from "./form/facts";
import { RunSections } from "./form/RunSections";
import { formOf, requestOf } from "./form/request";
import { focusFirstProblem, useRunEditor } from "./form/useRunEditor";
import { DEFAULTS, type RunForm } from "./form/values";
import { NoCommunity } from "./parts/NoCommunity";
import { type Grid, useGrids } from "./queries";
import { useStartRun } from "./start";

const route = getRouteApi("/inside/runs/new");

export function NewRunPage() {
  const { t } = useTranslation(["runs", "common"]);
  const { grid, from } = route.useSearch();
  const grids = useGrids();
  const copied = useQuery({ ...runQuery(from ?? 0), enabled: from !== undefined });
  const copiedFacts = useQuery(factsQuery(copied.data?.grid_id ?? null));
  const crumbs = [{ label: t("list.title"), link: { to: "/runs" } as const }];
  const name = copied.data && (copied.data.name ?? t("list.untitled", { id: copied.data.id }));
  const title = name ? t("form.copyTitle", { name }) : t("form.title");
  const failure = grids.error ?? (from === undefined ? null : (copied.error ?? copiedFacts.error));
  const operable = grids.data?.filter((entry) => entry.access === "operate");

  const content = () => {
    if (failure) return <ProblemNotice problem={failure} onRetry={() => grids.refetch()} />;
    if (operable === undefined || (from !== undefined && copiedFacts.data === undefined))
      return <Skeleton h={720} aria-busy="true" />;
    if (operable.length === 0) return <NoCommunity />;
    const initial: RunForm =
      copied.data && copiedFacts.data
        ? formOf(copied.data.parameters, copiedFacts.data.common, copiedFacts.data.timezone)
        : { ...DEFAULTS, grid_id: grid ?? operable[0]?.id ?? null };
    return <Editor key={from ?? "new"} initial={initial} grids={grids.data ?? []} />;
  };
  return (
    <Page title={title} description={t("form.description")} crumbs={crumbs}>
      {content()}
    </Page>
  );
}

function Editor({ initial, grids }: { initial: RunForm; grids: Grid[] }) {
  const { t } = useTranslation("runs");
  const navigate = route.useNavigate();
  const editor = useRunEditor(initial);
  const { form, facts, surroundings } = editor;
  const formRef = useRef<HTMLFormElement>(null);
  const start = useStartRun();
  const showFirst = () => {
    form.validate();
    focusFirstProblem(formRef.current);
  };
  const submit = form.onSubmit(
    async () => {
      // Of the values as they are now: the request on the screen may be a letter behind.
      const latest = requestOf(form.getValues(), facts.data);
      if (latest === null) return;
      try {
        const run = await start.mutateAsync(latest);
        await navigate({ to: "/runs/$runId", params: { runId: run.id } });
      } catch (problem) {
        editor.setRefusal(problem);
      }
    },
    () => focusFirstProblem(formRef.current),
  );
  const chooseGrid = (gridId: number) => {
    editor.chooseGrid(gridId);
    void navigate({ search: (before) => ({ ...before, grid: gridId }), replace: true });
  };
  return (
    <RunFormProvider form={form}>
      <SurroundingsProvider value={surroundings}>
        <FormFrame
          formRef={formRef}
          onSubmit={submit}
          editor={editor}
          onShowFirst={showFirst}
          title={t("estimate.title")}
          aside={
            <>
              {facts.isError && <ProblemNotice problem={facts.error} onRetry={() => facts.refetch()} />}
              {editor.refusal != null && <ProblemNotice problem={editor.refusal} />}
            </>
          }
          start={
            <Button
              type="submit"
              size="md"
              fullWidth
              loading={start.isPending}
              leftSection={<IconPlayerPlay size={18} />}
            >
              {t("form.start")}
            </Button>
          }
        >
          <RunSections grids={grids} onGrid={chooseGrid} named />
        </FormFrame>
      </SurroundingsProvider>
    </RunFormProvider>
  );
}
