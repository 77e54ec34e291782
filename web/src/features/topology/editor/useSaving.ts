import { useState } from "react";
import { useTranslation } from "react-i18next";
import { save as saveFile } from "@/shared/api/download";
import { ApiProblem } from "@/shared/api/problems";
import { notifyDone, notifyFailed } from "@/shared/ui/notify";
import { faultsOfAll, located } from "../document/findings";
import { toDocument } from "../document/saving";
import { draftOf } from "../document/types";
import { readTopology, useSave } from "../queries";
import type { Editor } from "./store";

/** Saving, and what may come in between: faults, and somebody else who was faster. */
export function useSaving(editor: Editor, gridId: number) {
  const { t } = useTranslation("topology");
  const mutation = useSave(editor, gridId);
  const [conflict, setConflict] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);

  const save = async (): Promise<boolean> => {
    const { draft, base } = editor.store.getState();
    if (draft === base || mutation.isPending) return false;
    const first = faultsOfAll(draft)[0];
    if (first) {
      editor.select([first.key], true);
      notifyFailed(t("faults.title", { count: faultsOfAll(draft).length }), t("faults.help"));
      return false;
    }
    setProblem(null);
    try {
      await mutation.mutateAsync();
      notifyDone(t("notice.saved"));
      return true;
    } catch (failure) {
      if (failure instanceof ApiProblem && failure.status === 412) setConflict(true);
      else if (failure instanceof ApiProblem && failure.status === 422 && failure.body.errors?.length) {
        const findings = located(draft, failure.body.errors);
        editor.found(findings);
        if (findings[0]) editor.select([findings[0].key], true);
      } else setProblem(failure);
      return false;
    }
  };
  const keepMine = () => {
    const { draft, aliases } = editor.store.getState();
    const content = JSON.stringify(toDocument(draft, aliases), null, 2);
    saveFile(new Blob([content], { type: "application/json" }), `${draft.name}.json`);
  };
  const loadTheirs = async () => {
    try {
      editor.replace(draftOf(await readTopology(gridId)));
      setConflict(false);
      notifyDone(t("notice.loaded"));
    } catch (failure) {
      setConflict(false);
      setProblem(failure);
    }
  };
  return {
    save,
    busy: mutation.isPending,
    problem,
    conflict: { opened: conflict, close: () => setConflict(false), keepMine, loadTheirs },
  };
}
