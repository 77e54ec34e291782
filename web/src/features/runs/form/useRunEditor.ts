import { schemaResolver } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useRef, useState } from "react";
import type { RunRequest } from "@/shared/runs/queries";
import { usePresets } from "../queries";
import { type Surroundings, useRunForm } from "./context";
import { useEstimate } from "./estimate";
import { type Facts, factsQuery } from "./facts";
import { findingsOf } from "./findings";
import { fixedByLaw, mattersOf } from "./matters";
import { requestOf } from "./request";
import { problemsOf, schemaFor } from "./rules";
import type { RunForm } from "./values";

/** A form of a run with everything that follows from its entries: what matters, what is wrong, what it would take. */
export function useRunEditor(initialValues: RunForm) {
  const known = useRef<Facts | undefined>(undefined);
  const form = useRunForm({
    initialValues,
    validate: (values) => schemaResolver(schemaFor(known.current), { sync: true })(values),
    validateInputOnBlur: true,
  });
  const { values } = form;
  const facts = useQuery(factsQuery(values.grid_id));
  known.current = facts.data;
  const presets = usePresets().data;
  const preset = presets?.find((entry) => entry.name === values.preset);
  const [refused, setRefused] = useState<{ request: RunRequest | null; problem: unknown } | null>(null);

  const problems = useMemo(() => problemsOf(values, facts.data), [values, facts.data]);
  const request = useMemo(() => requestOf(values, facts.data), [values, facts.data]);
  const isComplete = request !== null && Object.keys(problems).length === 0;
  const estimation = useEstimate(isComplete ? request : null);
  // What was refused at the start concerns that very request; after a change it is history.
  const refusal = refused?.request === request ? refused?.problem : null;
  const findings = useMemo(() => findingsOf(refusal ?? estimation.problem), [refusal, estimation.problem]);
  const surroundings: Surroundings = useMemo(
    () => ({
      facts: facts.data,
      matters: mattersOf(values, facts.data),
      preset,
      law: fixedByLaw(preset),
      findings: findings.fields,
    }),
    [facts.data, values, preset, findings.fields],
  );

  /** Another community has other profiles, lists and times. */
  const chooseGrid = (grid_id: number) =>
    form.setValues({
      grid_id,
      period: { kind: "all" },
      priority_list_id: null,
      network_check: false,
    });

  return {
    form,
    facts,
    surroundings,
    problems,
    request,
    isComplete,
    estimation,
    findings,
    refusal,
    setRefusal: (problem: unknown) => setRefused({ request, problem }),
    chooseGrid,
  };
}

export type RunEditor = ReturnType<typeof useRunEditor>;

/** To the first entry that needs a correction; a moment later, when its message is there. */
export function focusFirstProblem(form: HTMLFormElement | null): void {
  requestAnimationFrame(() => {
    const found = form?.querySelector<HTMLElement>('[aria-invalid="true"], [role="alert"]');
    found?.scrollIntoView({ block: "center" });
    found?.focus();
  });
}
