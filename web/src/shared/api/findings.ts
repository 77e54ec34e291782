import { ApiProblem } from "./problems";

/** The findings of a refused request by the field they are about, for `form.setErrors`; of several the first. */
export function findingsByField(problem: unknown): Record<string, string> {
  if (!(problem instanceof ApiProblem)) return {};
  const found: Record<string, string> = {};
  for (const { field, message } of problem.body.errors ?? []) if (field) found[field] ??= message;
  return found;
}
