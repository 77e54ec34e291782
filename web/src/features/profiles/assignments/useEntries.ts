import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "zustand";
import { api } from "@/shared/api/client";
import { notifyDone } from "@/shared/ui/notify";
import { type Assignment, forgetProfiles } from "../queries";
import { bodyOf, type Entry, entriesOf, sameEntries } from "./plan";
import { createEntries } from "./store";

/** The assignments of a community while they are edited: changes with undo, saving as a whole. */
export function useEntries(gridId: number, assignments: Assignment[]) {
  const { t } = useTranslation("profiles");
  const queries = useQueryClient();
  const [store] = useState(() => createEntries(entriesOf(assignments)));
  const [saved, setSaved] = useState<Entry[]>(() => store.getState().entries);
  const entries = useStore(store, (state) => state.entries);
  const { undo, redo, pastStates, futureStates } = useStore(store.temporal);
  const dirty = useMemo(() => entries !== saved && !sameEntries(entries, saved), [entries, saved]);
  const saving = useMutation({
    mutationFn: (list: Entry[]) =>
      api.PUT("/api/v1/grids/{grid_id}/assignments", {
        params: { path: { grid_id: gridId } },
        body: bodyOf(list),
      }),
    onSuccess: (_, list) => {
      setSaved(list);
      notifyDone(t("assign.saved"));
      return forgetProfiles(queries);
    },
  });
  return {
    entries,
    dirty,
    saving,
    change: (alter: (entries: Entry[]) => Entry[]) => store.setState((state) => ({ entries: alter(state.entries) })),
    save: () =>
      saving.mutateAsync(entries).then(
        () => true,
        () => false,
      ),
    undo: pastStates.length > 0 ? () => undo() : null,
    redo: futureStates.length > 0 ? () => redo() : null,
  };
}
