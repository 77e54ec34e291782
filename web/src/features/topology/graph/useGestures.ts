/** What the pointer does in the graph: click, double click, a box around many, dragging houses to a transformer. */
import { type NodeChange, type ReactFlowProps, useReactFlow, useStoreApi, type XYPosition } from "@xyflow/react";
import { type MouseEvent as PointerLike, useMemo, useRef, useState } from "react";
import { transformerOf } from "../document/places";
import { type Key, keyOf, kindOf } from "../document/types";
import { useEditor } from "../editor/context";
import { useActions } from "../editor/useActions";
import { frameAt, houseAt, type Layout } from "./layout";
import type { GraphNode } from "./nodes";
import { between, houseKey } from "./steps";

type Props = ReactFlowProps<GraphNode>;

/** A click selects; with Shift up to there, with Ctrl one more. What is drawn inside a node can be clicked too. */
export function useClicks(): Pick<Props, "onNodeClick" | "onNodeDoubleClick" | "onPaneClick"> {
  const editor = useEditor();
  const { screenToFlowPosition } = useReactFlow();
  return useMemo(() => {
    const keyAt = (event: PointerLike, node: GraphNode): Key => {
      const part = (event.target as Element).closest<HTMLElement>("[data-key]")?.dataset.key;
      if (part) return part;
      if (node.type !== "frame" || !node.data.frame.unfolded) return node.id;
      const point = screenToFlowPosition({ x: event.clientX, y: event.clientY });
      const { frame, transformer } = node.data;
      const house = houseAt(frame, transformer.houses.length, point.x - frame.x, point.y - frame.y);
      const { draft } = editor.store.getState();
      const position = draft.transformers.findIndex((one) => one.id === transformer.id);
      return (house === null ? null : houseKey(draft, position, house)) ?? node.id;
    };
    return {
      onNodeClick(event, node) {
        const key = keyAt(event, node);
        const { draft, selected } = editor.store.getState();
        const last = [...selected].at(-1);
        if (event.ctrlKey || event.metaKey) editor.toggle(key);
        else if (event.shiftKey && last !== undefined) {
          if (selected.has(key)) editor.toggle(key);
          else editor.select([...selected, ...between(draft, last, key)]);
        } else editor.select([key]);
      },
      onNodeDoubleClick(_, node) {
        if (node.type === "frame") editor.unfold([node.id], !node.data.frame.unfolded);
      },
      onPaneClick: () => {
        if (editor.store.getState().selected.size > 0) editor.select([]);
      },
    };
  }, [editor, screenToFlowPosition]);
}

/** A box drawn with Shift selects the houses and transformers inside it. */
export function useBox() {
  const editor = useEditor();
  const flow = useStoreApi();
  const boxed = useRef<Set<Key> | null>(null);
  return useMemo(
    () => ({
      onSelectionStart() {
        boxed.current = new Set();
      },
      onNodesChange(changes: NodeChange<GraphNode>[]) {
        if (boxed.current === null) return;
        for (const change of changes) {
          if (change.type !== "select") continue;
          if (change.selected) boxed.current.add(change.id);
          else boxed.current.delete(change.id);
        }
        editor.select(boxed.current);
      },
      onSelectionEnd() {
        boxed.current = null;
        // The library would lay a rectangle over what was selected, and nothing below it could be clicked.
        flow.setState({ nodesSelectionActive: false });
      },
    }),
    [editor, flow],
  );
}

/** Houses follow the pointer; let go over another transformer, they hang on that one, else they go back. */
export function useDrag(standing: GraphNode[], layout: Layout) {
  const editor = useEditor();
  const actions = useActions();
  const { screenToFlowPosition } = useReactFlow();
  const [moved, setMoved] = useState<ReadonlyMap<Key, XYPosition> | null>(null);
  const [target, setTarget] = useState<Key | null>(null);
  const nodes = useMemo(() => {
    if (moved === null) return standing;
    return standing.map((node) => {
      const position = moved.get(node.id);
      return position ? { ...node, position, zIndex: 10 } : node;
    });
  }, [standing, moved]);

  const transformerAt = (event: PointerLike | MouseEvent | TouchEvent): Key | null => {
    const at = "changedTouches" in event ? event.changedTouches[0] : event;
    if (at === undefined) return null;
    const point = screenToFlowPosition({ x: at.clientX, y: at.clientY });
    const position = frameAt(layout, point.x, point.y);
    const found = position === null ? undefined : editor.store.getState().draft.transformers[position];
    return found ? keyOf("transformer", found.id) : null;
  };
  return {
    nodes,
    target,
    onNodesChange(changes: NodeChange<GraphNode>[]) {
      const places = new Map<Key, XYPosition>();
      for (const change of changes)
        if (change.type === "position" && change.dragging && change.position) places.set(change.id, change.position);
      if (places.size > 0) setMoved((before) => new Map([...(before ?? []), ...places]));
    },
    onNodeDrag(event: PointerLike | MouseEvent | TouchEvent, node: GraphNode) {
      const over = transformerAt(event);
      const own = transformerOf(editor.store.getState().draft, node.id);
      setTarget(over === own ? null : over);
    },
    onNodeDragStop(event: PointerLike | MouseEvent | TouchEvent, _: GraphNode, dragged: GraphNode[]) {
      const over = transformerAt(event);
      setMoved(null);
      setTarget(null);
      const houses = dragged.map((node) => node.id).filter((key) => kindOf(key) === "house");
      if (over === null || houses.length === 0) return;
      actions.moveTo(over, houses);
      editor.unfold([over], true);
      editor.select(houses);
    },
  };
}
