import { createContext, useContext } from "react";

/** How much of a node is drawn: all of it, its name, a dot; from the farthest, names of transformers are large. */
export type Distance = "near" | "middle" | "far" | "farthest";

export function distanceAt(zoom: number): Distance {
  if (zoom < 0.17) return "farthest";
  return zoom < 0.38 ? "far" : zoom < 0.68 ? "middle" : "near";
}

/** Houses are no nodes of their own then: their frames draw them. */
export const isFar = (distance: Distance) => distance === "far" || distance === "farthest";

export const DistanceContext = createContext<Distance>("near");
export const useDistance = () => useContext(DistanceContext);

/** The transformer over which a house is dragged. */
export const DropContext = createContext<string | null>(null);
