import "@xyflow/react/dist/style.css";
import { useComputedColorScheme } from "@mantine/core";
import {
  MiniMap,
  type MiniMapNodeProps,
  type NodeTypes,
  Panel,
  ReactFlow,
  ReactFlowProvider,
  SelectionMode,
  useStore,
  ViewportPortal,
} from "@xyflow/react";
import { useEffect, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "../document/types";
import { useEditing, useEditor } from "../editor/context";
import { Controls } from "./Controls";
import { DistanceContext, DropContext, distanceAt, isFar } from "./distance";
import { GridTile } from "./GridTile";
import classes from "./graph.module.css";
import { HouseTile } from "./HouseTile";
import { Legend } from "./Legend";
import { type Block, layoutOf, linesOf } from "./layout";
import { type GraphNode, NodeMaker } from "./nodes";
import { TransformerFrame } from "./TransformerFrame";
import { useBox, useClicks, useDrag } from "./useGestures";
import { useKeys } from "./useKeys";
import { useSeek } from "./useSeek";

const TYPES: NodeTypes = { top: GridTile, frame: TransformerFrame, house: HouseTile };
const SEVERAL = ["Shift", "Meta", "Control"];
const FIT = { padding: 0.08, maxZoom: 1 };

/** The community as a single-line diagram that can be edited. */
export function GraphView() {
  return (
    <ReactFlowProvider>
      <Graph />
    </ReactFlowProvider>
  );
}

function Graph() {
  const { t } = useTranslation("topology");
  const editor = useEditor();
  const draft = useEditing((state) => state.draft);
  const selected = useEditing((state) => state.selected);
  const unfolded = useEditing((state) => state.unfolded);
  const distance = useStore((state) => distanceAt(state.transform[2]));
  const scheme = useComputedColorScheme("light");

  const blocks = draft.transformers.map((node) => ({
    houses: node.houses.length,
    unfolded: unfolded.has(keyOf("transformer", node.id)),
  }));
  // Names and the like move nothing: the layout is another one only if its blocks are.
  const shape = JSON.stringify(blocks);
  const layout = useMemo(() => layoutOf(JSON.parse(shape) as Block[]), [shape]);
  const maker = useRef<NodeMaker>(null);
  maker.current ??= new NodeMaker();
  const making = maker.current;
  const standing = useMemo(
    () => making.make(draft, layout, selected, !isFar(distance), !editor.readOnly),
    [making, draft, layout, selected, distance, editor],
  );
  const { nodes, target, ...dragging } = useDrag(standing, layout);
  const { onNodesChange: onBoxed, ...boxing } = useBox();
  const clicks = useClicks();
  const { onKeyDown, announcement } = useKeys(layout);
  const focus = useSeek(layout);
  const wires = useMemo(() => linesOf(layout), [layout]);
  const surface = useRef<HTMLDivElement>(null);
  // What is dragged or pressed takes the keyboard with it.
  useEffect(() => {
    const element = surface.current;
    const take = (event: PointerEvent) => {
      if ((event.target as Element).closest(".react-flow__pane, .react-flow__node"))
        element?.focus({ preventScroll: true });
    };
    element?.addEventListener("pointerup", take);
    return () => element?.removeEventListener("pointerup", take);
  }, []);

  return (
    <DistanceContext value={distance}>
      <DropContext value={target}>
        <section
          ref={surface}
          className={classes.canvas}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: the graph is gone through by arrow keys
          tabIndex={0}
          aria-label={t("graph.label", { name: draft.name })}
          onKeyDown={onKeyDown}
        >
          <div
            aria-live="polite"
            style={{ position: "absolute", width: 1, height: 1, overflow: "hidden", clipPath: "inset(50%)" }}
          >
            {announcement}
          </div>
          <ReactFlow<GraphNode>
            nodes={nodes}
            edges={[]}
            nodeTypes={TYPES}
            colorMode={scheme}
            onNodesChange={(changes) => {
              dragging.onNodesChange(changes);
              onBoxed(changes);
            }}
            onNodeDragStop={dragging.onNodeDragStop}
            onNodeDrag={dragging.onNodeDrag}
            {...boxing}
            {...clicks}
            onInit={focus.onInit}
            fitView
            fitViewOptions={FIT}
            minZoom={0.05}
            maxZoom={1.6}
            onlyRenderVisibleElements
            nodesConnectable={false}
            nodesFocusable={false}
            edgesFocusable={false}
            disableKeyboardA11y
            deleteKeyCode={null}
            selectNodesOnDrag={false}
            multiSelectionKeyCode={SEVERAL}
            selectionMode={SelectionMode.Full}
            elevateNodesOnSelect={false}
            nodeDragThreshold={4}
            zoomOnDoubleClick={false}
            panActivationKeyCode={null}
          >
            <ViewportPortal>
              <svg className={classes.wires} width={1} height={1} aria-hidden="true">
                <path d={wires} />
              </svg>
            </ViewportPortal>
            <MiniMap<GraphNode>
              pannable
              zoomable
              nodeComponent={MapNode}
              ariaLabel={t("graph.map")}
              style={{ width: 150, height: 96 }}
            />
            <Panel position="bottom-left">
              <Controls layout={layout} />
            </Panel>
            <Panel position="bottom-center">
              <Legend />
            </Panel>
          </ReactFlow>
        </section>
      </DropContext>
    </DistanceContext>
  );
}

/** The small map shows transformers only: houses would be dust. */
function MapNode({ id, x, y, width, height }: MiniMapNodeProps) {
  if (id.startsWith("house")) return null;
  return (
    <rect
      x={x}
      y={y}
      width={width}
      height={height}
      rx={16}
      fill="var(--mantine-color-dimmed)"
      fillOpacity={id.startsWith("transformer") ? 0.45 : 0.8}
    />
  );
}
