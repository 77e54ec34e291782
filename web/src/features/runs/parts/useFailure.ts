import { useEffect } from "react";
import { notifyFailed } from "@/shared/ui/notify";
import { useProblemWords } from "@/shared/ui/ProblemNotice";

/** Tells once that what was pressed has failed, in words. */
export function useFailure(problem: unknown, title: string, reset: () => void): void {
  const words = useProblemWords(problem);
  const message = [words.title, words.help, ...words.details].filter(Boolean).join(" ");
  useEffect(() => {
    if (problem === null || problem === undefined) return;
    notifyFailed(title, message);
    reset();
  }, [problem, title, message, reset]);
}
