import { type ReactFlowInstance, useReactFlow, useStoreApi } from "@xyflow/react";
import { useEffect, useRef, useState } from "react";
import { kindOf } from "../document/types";
import { useEditing, useEditor } from "../editor/context";
import type { Layout } from "./layout";
import type { GraphNode } from "./nodes";
import { boxOf } from "./steps";

/** Brings into view what was asked for, by search, arrow keys or the address; what is in view already stays. */
export function useSeek(layout: Layout) {
  const editor = useEditor();
  const sought = useEditing((state) => state.sought);
  const { setCenter, getZoom } = useReactFlow();
  const flow = useStoreApi();
  const [ready, setReady] = useState(false);
  const done = useRef<number>(0);
  useEffect(() => {
    if (!ready || sought === null || done.current === sought.count) return;
    const box = boxOf(editor.store.getState().draft, layout, sought.key);
    if (box === null) return;
    done.current = sought.count;
    const readable = kindOf(sought.key) === "house" || kindOf(sought.key) === "device" ? 0.75 : 0.3;
    const zoom = Math.max(getZoom(), readable);
    const { transform, width, height } = flow.getState();
    const [left, top] = [box.x * transform[2] + transform[0], box.y * transform[2] + transform[1]];
    const seen =
      left >= 0 &&
      top >= 0 &&
      left + box.width * transform[2] <= width &&
      top + Math.min(box.height, 90) * transform[2] <= height;
    if (seen && transform[2] >= readable) return;
    const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    // Of a large frame its head.
    void setCenter(box.x + box.width / 2, box.y + Math.min(box.height / 2, (height / zoom) * 0.4), {
      zoom,
      duration: still ? 0 : 250,
    });
  }, [sought, layout, ready, editor, setCenter, getZoom, flow]);
  return {
    onInit: (_: ReactFlowInstance<GraphNode>) => setReady(true),
  };
}
