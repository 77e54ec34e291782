import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useForgetProfiles } from "../queries";
import { check, inspect, store } from "./calls";
import { type Draft, draftOf, mappingOf, type Rules } from "./draft";

export const STEPS = ["file", "columns", "check", "stored"] as const;

/** An import from file to stored profiles: which step, the form, what the service answered. */
export function useImport(zone: string) {
  const [step, setStep] = useState(0);
  const [file, setFile] = useState<File | null>(null);
  const [draft, setDraft] = useState<Draft | null>(null);
  const forget = useForgetProfiles();

  const inspection = useMutation({
    mutationFn: (chosen: File) => inspect(chosen, zone),
    onSuccess: (found, chosen) => {
      setFile(chosen);
      setDraft(draftOf(found));
      setStep(1);
    },
  });
  const checking = useMutation({
    mutationFn: ({ file: checked, draft: form }: { file: File; draft: Draft }) => check(checked, mappingOf(form)),
  });
  const storing = useMutation({
    mutationFn: ({ file: stored, draft: form }: { file: File; draft: Draft }) => store(stored, mappingOf(form)),
    onSuccess: () => {
      setStep(3);
      return forget();
    },
  });

  const runCheck = (form: Draft) => {
    if (file === null) return;
    setStep(2);
    storing.reset();
    checking.mutate({ file, draft: form });
  };
  return {
    step,
    file,
    draft,
    inspection,
    checking,
    storing,
    goTo: setStep,
    change: (change: Partial<Draft>) => setDraft((before) => before && { ...before, ...change }),
    check: () => draft && runCheck(draft),
    /** Takes a rule over into the form and checks again. */
    mend: (rules: Partial<Rules>) => {
      if (draft === null) return;
      const next = { ...draft, rules: { ...draft.rules, ...rules } };
      setDraft(next);
      runCheck(next);
    },
    store: () => file && draft && storing.mutate({ file, draft }),
    again: () => {
      setStep(0);
      setFile(null);
      setDraft(null);
      inspection.reset();
      checking.reset();
      storing.reset();
    },
  };
}
