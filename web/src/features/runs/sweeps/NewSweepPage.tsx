import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { runQuery } from "@/shared/runs/queries";
import { Page } from "@/shared/ui/Page";
import { ProblemNotice } from "@/shared/ui/ProblemNotice";
import { factsQuery } from "../form/facts";
import { formOf } from "../form/request";
import { DEFAULTS } from "../form/values";
import { NoCommunity } from "../parts/NoCommunity";
import { useGrids } from "../queries";
import type { Varied } from "./combining";
import { SweepEditor } from "./SweepEditor";
import { useSweep } from "./useSweeps";
import type { Value } from "./variables";

const route = getRouteApi("/inside/sweeps/new");
/** To begin with: the question that people ask first. */
const FIRST: Varied[] = [{ path: "allocation", values: ["proportional", "equal", "greedy"] }];

/** What all runs of a sweep have in common, and what is varied. */
export function NewSweepPage() {
  const { t } = useTranslation("runs");
  const { grid, from, base } = route.useSearch();
  const grids = useGrids();
  const copied = useSweep(from);
  const run = useQuery({ ...runQuery(base ?? 0), enabled: base !== undefined });
  const request = copied.data?.base ?? run.data?.parameters;
  const facts = useQuery(factsQuery(request?.grid_id ?? null));
  const isCopy = from !== undefined || base !== undefined;
  const name = copied.data && (copied.data.name ?? t("sweeps.untitled", { id: copied.data.id }));
  const failure = grids.error ?? (isCopy ? (copied.error ?? run.error ?? facts.error) : null);
  const operable = grids.data?.filter((entry) => entry.access === "operate");

  const content = () => {
    if (failure) return <ProblemNotice problem={failure} onRetry={() => grids.refetch()} />;
    if (operable === undefined || (isCopy && facts.data === undefined)) return <Skeleton h={720} aria-busy="true" />;
    if (operable.length === 0) return <NoCommunity />;
    const initial =
      request && facts.data
        ? { ...formOf(request, facts.data.common, facts.data.timezone), name: "" }
        : { ...DEFAULTS, detail: "day" as const, grid_id: grid ?? operable[0]?.id ?? null };
    const varied = copied.data
      ? Object.entries(copied.data.vary).map(([path, values]) => ({ path, values: values as Value[] }))
      : FIRST;
    return (
      <SweepEditor
        key={`${from}-${base}`}
        initial={initial}
        varied={varied}
        mode={copied.data?.mode ?? "product"}
        grids={grids.data ?? []}
      />
    );
  };
  return (
    <Page
      title={name ? t("sweeps.form.copyTitle", { name }) : t("sweeps.form.title")}
      description={t("sweeps.form.description")}
      crumbs={[{ label: t("sweeps.title"), link: { to: "/sweeps" } }]}
    >
      {content()}
    </Page>
  );
}
