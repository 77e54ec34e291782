import { createFormContext } from "@mantine/form";
import { createContext, useContext } from "react";
import { useTranslation } from "react-i18next";
import type { Facts } from "./facts";
import type { fixedByLaw, Matters } from "./matters";
import type { Problem } from "./rules";
import type { Preset, RunForm } from "./values";

export const [RunFormProvider, useRunFormContext, useRunForm] = createFormContext<RunForm>();

/** What the entries must know beside their values. */
export interface Surroundings {
  facts: Facts | undefined;
  matters: Matters;
  preset: Preset | undefined;
  law: ReturnType<typeof fixedByLaw>;
  /** What the service found, by place in the form. */
  findings: Record<string, string>;
}

const SurroundingsContext = createContext<Surroundings | null>(null);
export const SurroundingsProvider = SurroundingsContext.Provider;

export function useSurroundings(): Surroundings {
  const found = useContext(SurroundingsContext);
  if (found === null) throw new Error("Entries of a run belong into its form.");
  return found;
}

/** Value, handlers and problem of one place in the form. */
export function useEntry<Value>(path: string) {
  const { t } = useTranslation("runs");
  const form = useRunFormContext();
  const { findings } = useSurroundings();
  const { value, onBlur, onFocus, error } = form.getInputProps(path);
  const own = error as Problem | undefined;
  return {
    value: value as Value,
    set: (next: Value) => form.setFieldValue(path, next as never),
    onBlur,
    onFocus,
    error: own ? t(`problem.${own}`) : findings[path],
  };
}
