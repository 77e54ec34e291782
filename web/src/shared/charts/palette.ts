import { useComputedColorScheme } from "@mantine/core";

/**
 * One colour for each kind of energy, the same in every chart. Lightness differs between neighbours in a stack, so that
 * people who don't tell red from green still see the borders.
 */
export interface Palette {
  load: string;
  generation: string;
  ownUse: string;
  shared: string;
  import: string;
  export: string;
  storage: string;
  discharge: string;
  price: string;
  curtailed: string;
  unserved: string;
  text: string;
  muted: string;
  line: string;
  surface: string;
  /** Of few values to many, for heatmaps; and from supply to demand around zero. */
  sequential: string[];
  diverging: string[];
  /** For runs side by side. */
  categories: string[];
}

const LIGHT: Palette = {
  load: "#37474f",
  generation: "#f0a92e",
  ownUse: "#f6cd7a",
  shared: "#2a9d7c",
  import: "#7d8fa9",
  export: "#4aa3df",
  storage: "#7e57c2",
  discharge: "#b39ddb",
  price: "#c2185b",
  curtailed: "#a1887f",
  unserved: "#d32f2f",
  text: "#2b2926",
  muted: "#635e56",
  line: "#e6e1d8",
  surface: "#ffffff",
  sequential: ["#fdf8ef", "#fbe3ae", "#f3b95a", "#d9822b", "#a34a1c", "#5c2410"],
  diverging: ["#1f6f5c", "#6fb7a0", "#f5f1e8", "#e8a76a", "#a34a1c"],
  categories: ["#1f6f5c", "#d9822b", "#7e57c2", "#3d7ea6"],
};

const DARK: Palette = {
  ...LIGHT,
  load: "#cfd8dc",
  generation: "#ffb74d",
  ownUse: "#ffe0a3",
  shared: "#4fc3a1",
  import: "#90a4be",
  export: "#64b5f6",
  storage: "#9575cd",
  discharge: "#c9b8ea",
  price: "#f06292",
  curtailed: "#bcaaa4",
  unserved: "#ef5350",
  text: "#ece9e4",
  muted: "#a9a59e",
  line: "#3a3835",
  surface: "#211f1e",
  sequential: ["#211f1e", "#4a3115", "#8a5518", "#cf8426", "#f6b85c", "#ffe9c2"],
  diverging: ["#5fd0b0", "#2c7a66", "#2c2a28", "#a8642f", "#f0a060"],
  categories: ["#4fc3a1", "#ffb74d", "#b39ddb", "#64b5f6"],
};

export function paletteOf(scheme: "light" | "dark"): Palette {
  return scheme === "dark" ? DARK : LIGHT;
}

export function usePalette(): Palette {
  return paletteOf(useComputedColorScheme("light"));
}
