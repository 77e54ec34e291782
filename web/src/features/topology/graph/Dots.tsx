import { memo, useMemo } from "react";
import { usePalette } from "@/shared/charts/palette";
import type { House, Transformer } from "../document/types";
import classes from "./graph.module.css";
import { cellOf, type Frame, feedersOf, HOUSE } from "./layout";

interface Props {
  transformer: Transformer;
  frame: Frame;
  /** Positions of the houses that are selected. */
  chosen: ReadonlySet<number>;
  /** From far away: houses and signs of what they have. Else only the lines to them. */
  dots: boolean;
}

export const SIGNS = ["generates", "stores", "warms"] as const;

/** The same colours as in the charts of results. */
export function useSignColours(): Record<(typeof SIGNS)[number], string> {
  const palette = usePalette();
  return { generates: palette.generation, stores: palette.storage, warms: palette.export };
}

const GENERATES = new Set(["solar_panel", "wind_turbine", "generator"]);
const STORES = new Set(["battery", "electric_vehicle"]);
const WARMS = new Set(["heat_pump", "heater", "air_conditioner"]);

/** The lines to a transformer's houses, and from far away the houses themselves: a few paths, however many they are. */
export const Dots = memo(function Dots({ transformer, frame, chosen, dots }: Props) {
  const colours = useSignColours();
  const { houses } = transformer;
  const lines = useMemo(() => feedersOf(frame, houses.length), [frame, houses.length]);
  const paths = useMemo(() => (dots ? pathsOf(houses, frame, chosen) : null), [dots, houses, frame, chosen]);
  return (
    <svg className={classes.lines} width={frame.width} height={frame.height} aria-hidden="true">
      <path d={lines} />
      {paths && (
        <>
          <path d={paths.houses} className={classes.dots} />
          <path d={paths.chosen} className={classes.dots} data-selected />
          {SIGNS.map((sign) => (
            <path key={sign} d={paths[sign]} style={{ fill: colours[sign], stroke: "none" }} />
          ))}
        </>
      )}
    </svg>
  );
});

function pathsOf(houses: readonly House[], frame: Frame, chosen: ReadonlySet<number>) {
  const paths = { houses: "", chosen: "", generates: "", stores: "", warms: "" };
  houses.forEach((house, at) => {
    const { x, y } = cellOf(frame, at);
    paths[chosen.has(at) ? "chosen" : "houses"] += rounded(x, y, HOUSE.width, HOUSE.height, 12);
    const has = (kinds: Set<string>) => house.devices.some((device) => kinds.has(device.kind));
    const middle = y + HOUSE.height / 2;
    let left = x + 18;
    if (has(GENERATES)) {
      paths.generates += circle(left + 16, middle, 16);
      left += 48;
    }
    if (has(STORES)) {
      paths.stores += rounded(left, middle - 15, 30, 30, 4);
      left += 48;
    }
    if (has(WARMS)) paths.warms += `M${left} ${middle + 15}l17 -31l17 31z`;
  });
  return paths;
}

function rounded(x: number, y: number, width: number, height: number, radius: number): string {
  const [w, h, r] = [width - 2 * radius, height - 2 * radius, radius];
  return `M${x + r} ${y}h${w}a${r} ${r} 0 0 1 ${r} ${r}v${h}a${r} ${r} 0 0 1 ${-r} ${r}h${-w}a${r} ${r} 0 0 1 ${-r} ${-r}v${-h}a${r} ${r} 0 0 1 ${r} ${-r}z`;
}

const circle = (x: number, y: number, r: number) =>
  `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0z`;
