import { useReactFlow } from "@xyflow/react";
import { type KeyboardEvent, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { type Key, kindOf } from "../document/types";
import { nameOf } from "../editor/actions";
import { useEditing, useEditor } from "../editor/context";
import { useKindName } from "../kinds";
import type { Layout } from "./layout";
import { type Step, stepFrom } from "./steps";

const STEPS: Record<string, Step> = { ArrowLeft: "left", ArrowRight: "right", ArrowUp: "up", ArrowDown: "down" };

/** Arrow keys go through the graph, Space folds and unfolds, plus and minus zoom. What is selected is read out. */
export function useKeys(layout: Layout): { onKeyDown: (event: KeyboardEvent) => void; announcement: string } {
  const { t } = useTranslation("topology");
  const editor = useEditor();
  const kindName = useKindName();
  const { zoomIn, zoomOut, fitView } = useReactFlow();
  const selected = useEditing((state) => state.selected);
  const draft = useEditing((state) => state.draft);
  const announcement = useMemo(() => {
    if (selected.size !== 1) return selected.size === 0 ? "" : t("many.title", { count: selected.size });
    const key = [...selected][0] as Key;
    const kind = kindOf(key);
    return kind === "device" ? nameOf(draft, key, kindName) : `${t(`node.${kind}`)} ${nameOf(draft, key, kindName)}`;
  }, [selected, draft, kindName, t]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target !== event.currentTarget) return;
    const state = editor.store.getState();
    const last = [...state.selected].at(-1) ?? null;
    const step = STEPS[event.key];
    if (step) {
      event.preventDefault();
      const next = stepFrom(state.draft, layout, state.unfolded, last, step);
      if (next !== null) editor.select(event.shiftKey ? [...state.selected, next] : [next], true);
    } else if (event.key === " " && last !== null && kindOf(last) === "transformer") {
      event.preventDefault();
      editor.unfold([last], !state.unfolded.has(last));
    } else if (event.key === "+") void zoomIn();
    else if (event.key === "-") void zoomOut();
    else if (event.key === "0") void fitView({ padding: 0.08, maxZoom: 1 });
    else if (event.key === "Escape") editor.select([]);
  };
  return { onKeyDown, announcement };
}
