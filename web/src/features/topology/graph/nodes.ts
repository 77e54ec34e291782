/** The draft as nodes of the graph. Nodes that did not change stay the same objects, so that they are not drawn again. */
import type { Node } from "@xyflow/react";
import { faultsOf } from "../document/findings";
import { type Draft, GRID, type House, type Key, keyOf, type Transformer } from "../document/types";
import { type Box, cellOf, type Frame, type Layout } from "./layout";

export type TopNode = Node<{ draft: Draft }, "top">;
export type FrameNode = Node<{ transformer: Transformer; frame: Frame; chosen: ReadonlySet<number> }, "frame">;
export type HouseNode = Node<{ house: House; chosenDevice: Key | null }, "house">;
export type GraphNode = TopNode | FrameNode | HouseNode;

const NONE: ReadonlySet<number> = new Set();

export class NodeMaker {
  private kept = new Map<Key, GraphNode>();

  /** `withHouses`: false from far away, where frames draw their houses themselves. */
  make(draft: Draft, layout: Layout, selected: ReadonlySet<Key>, withHouses: boolean, draggable: boolean): GraphNode[] {
    const next = new Map<Key, GraphNode>();
    const keep = (node: GraphNode) => {
      const before = this.kept.get(node.id);
      next.set(node.id, before && isSame(before, node) ? before : node);
    };
    keep({
      id: GRID,
      type: "top",
      position: { x: layout.grid.x, y: layout.grid.y },
      ...sized(layout.grid),
      data: { draft },
      selected: selected.has(GRID),
      draggable: false,
    });
    draft.transformers.forEach((transformer, position) => {
      const frame = layout.frames[position];
      if (frame === undefined) return;
      const key = keyOf("transformer", transformer.id);
      keep({
        id: key,
        type: "frame",
        position: { x: frame.x, y: frame.y },
        ...sized(frame),
        data: { transformer, frame, chosen: withHouses ? NONE : chosenHouses(transformer, selected) },
        selected: selected.has(key),
        draggable: false,
      });
      if (!withHouses || !frame.unfolded) return;
      transformer.houses.forEach((house, at) => {
        keep(houseNode(house, frame, at, selected, draggable));
      });
    });
    this.kept = next;
    return [...next.values()];
  }
}

/** Sizes are known from the layout; the library need not measure. */
const sized = ({ width, height }: Box) => ({ width, height, measured: { width, height } });

function houseNode(house: House, frame: Frame, at: number, selected: ReadonlySet<Key>, draggable: boolean): HouseNode {
  const key = keyOf("house", house.id);
  const cell = cellOf(frame, at);
  const device = selected.size > 0 ? house.devices.find((part) => selected.has(keyOf("device", part.id))) : undefined;
  return {
    id: key,
    type: "house",
    position: { x: frame.x + cell.x, y: frame.y + cell.y },
    ...sized(cell),
    data: { house, chosenDevice: device ? keyOf("device", device.id) : null },
    selected: selected.has(key),
    draggable,
    zIndex: 1,
  };
}

function chosenHouses(transformer: Transformer, selected: ReadonlySet<Key>): ReadonlySet<number> {
  if (selected.size === 0) return NONE;
  const chosen = new Set<number>();
  transformer.houses.forEach((house, at) => {
    if (selected.has(keyOf("house", house.id))) chosen.add(at);
  });
  return chosen.size === 0 ? NONE : chosen;
}

function isSame(one: GraphNode, other: GraphNode): boolean {
  if (one.selected !== other.selected || one.draggable !== other.draggable) return false;
  if (one.position.x !== other.position.x || one.position.y !== other.position.y) return false;
  if (one.width !== other.width || one.height !== other.height) return false;
  if (one.type === "house" && other.type === "house")
    return one.data.house === other.data.house && one.data.chosenDevice === other.data.chosenDevice;
  if (one.type === "frame" && other.type === "frame")
    return (
      one.data.transformer === other.data.transformer &&
      one.data.chosen === other.data.chosen &&
      one.data.frame.unfolded === other.data.frame.unfolded
    );
  return one.type === "top" && other.type === "top" && one.data.draft === other.data.draft;
}

/** Whether something in a house needs a correction. */
export function isFaulty(house: House): boolean {
  return faultsOf("house", house).length > 0 || house.devices.some((device) => faultsOf("device", device).length > 0);
}
