/**
 * Where things stand in the graph: a single-line diagram. The community on top; below it the transformers in rows, each
 * a frame with its houses as a block. The same community always looks the same: positions follow from the document.
 */
export const HOUSE = { width: 172, height: 64, gapX: 16, gapY: 14 };
export const FRAME = { header: 124, padding: 16, trunk: 20, gapX: 40, gapY: 72, width: 272, folded: 136, empty: 150 };
export const TOP = { width: 272, height: 72, gap: 76 };
/** Width over height that whole pictures and blocks of houses aim for. */
const ASPECT = 1.3;

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}
export interface Frame extends Box {
  columns: number;
  unfolded: boolean;
}
export interface Layout {
  grid: Box;
  frames: Frame[];
  /** The rows of frames: their number, the top edge. */
  rows: { y: number; frames: number[] }[];
  width: number;
  height: number;
}

export interface Block {
  houses: number;
  unfolded: boolean;
}

export function columnsFor(houses: number): number {
  if (houses <= 1) return 1;
  const cell = (HOUSE.height + HOUSE.gapY) / (HOUSE.width + HOUSE.gapX);
  return Math.min(houses, Math.max(2, Math.ceil(Math.sqrt(houses * ASPECT * cell))));
}

function sizeOf({ houses, unfolded }: Block): Omit<Frame, "x" | "y"> {
  if (!unfolded) return { width: FRAME.width, height: FRAME.folded, columns: 1, unfolded };
  const columns = columnsFor(houses);
  if (houses === 0) return { width: FRAME.width, height: FRAME.empty, columns, unfolded };
  const rows = Math.ceil(houses / columns);
  const width = FRAME.trunk + 2 * FRAME.padding + columns * (HOUSE.width + HOUSE.gapX) - HOUSE.gapX;
  const height = FRAME.header + FRAME.padding + rows * (HOUSE.height + HOUSE.gapY);
  return { width: Math.max(FRAME.width, width), height, columns, unfolded };
}

export function layoutOf(blocks: readonly Block[]): Layout {
  const sizes = blocks.map(sizeOf);
  const widest = Math.max(TOP.width, ...sizes.map((size) => size.width));
  const area = sizes.reduce((sum, size) => sum + (size.width + FRAME.gapX) * (size.height + FRAME.gapY), 0);
  const target = Math.max(widest, Math.sqrt(area * ASPECT));
  const frames: Frame[] = [];
  const rows: Layout["rows"] = [];
  let x = 0;
  let y = TOP.height + TOP.gap;
  let tallest = 0;
  let width = 0;
  for (const [position, size] of sizes.entries()) {
    // A frame that is mostly inside the width aimed for still belongs to the row.
    if (x > 0 && x + size.width / 2 > target) {
      y += tallest + FRAME.gapY;
      x = 0;
      tallest = 0;
    }
    if (x === 0) rows.push({ y, frames: [] });
    rows.at(-1)?.frames.push(position);
    frames.push({ ...size, x, y });
    x += size.width + FRAME.gapX;
    tallest = Math.max(tallest, size.height);
    width = Math.max(width, x - FRAME.gapX);
  }
  width = Math.max(width, TOP.width);
  return {
    grid: { x: (width - TOP.width) / 2, y: 0, width: TOP.width, height: TOP.height },
    frames,
    rows,
    width,
    height: y + tallest,
  };
}

/** A house's place inside its frame. */
export function cellOf(frame: Pick<Frame, "columns">, position: number): Box {
  const column = position % frame.columns;
  const row = Math.floor(position / frame.columns);
  return {
    x: FRAME.padding + FRAME.trunk + column * (HOUSE.width + HOUSE.gapX),
    y: FRAME.header + row * (HOUSE.height + HOUSE.gapY),
    width: HOUSE.width,
    height: HOUSE.height,
  };
}

/** The house at a point inside a frame; null between houses and beside them. */
export function houseAt(frame: Pick<Frame, "columns">, houses: number, x: number, y: number): number | null {
  const column = Math.floor((x - FRAME.padding - FRAME.trunk) / (HOUSE.width + HOUSE.gapX));
  const row = Math.floor((y - FRAME.header) / (HOUSE.height + HOUSE.gapY));
  const position = row * frame.columns + column;
  if (column < 0 || column >= frame.columns || row < 0 || position >= houses) return null;
  const cell = cellOf(frame, position);
  return x <= cell.x + cell.width && y <= cell.y + cell.height ? position : null;
}

export function frameAt(layout: Layout, x: number, y: number): number | null {
  const position = layout.frames.findIndex(
    (frame) => x >= frame.x && x <= frame.x + frame.width && y >= frame.y && y <= frame.y + frame.height,
  );
  return position < 0 ? null : position;
}

/** Lines from the community to its transformers: a bus bar above each row, and a trunk on the left that joins them. */
export function linesOf(layout: Layout): string {
  if (layout.frames.length === 0) return "";
  const middle = layout.grid.x + layout.grid.width / 2;
  const trunk = -FRAME.gapX / 2;
  const parts: string[] = [];
  for (const [number, row] of layout.rows.entries()) {
    const bar = row.y - (number === 0 ? TOP.gap : FRAME.gapY) / 2;
    const centres = row.frames.map((position) => {
      const frame = layout.frames[position] as Frame;
      return frame.x + frame.width / 2;
    });
    const ends = number === 0 ? [...centres, middle] : centres;
    const from = layout.rows.length > 1 ? trunk : Math.min(...ends);
    parts.push(`M${from} ${bar}H${Math.max(...ends)}`, ...centres.map((centre) => `M${centre} ${bar}V${row.y}`));
    if (number === 0) parts.push(`M${middle} ${layout.grid.height}V${bar}`);
  }
  const first = layout.rows[0] as Layout["rows"][number];
  const lowest = layout.rows.at(-1) as Layout["rows"][number];
  if (layout.rows.length > 1) parts.push(`M${trunk} ${first.y - TOP.gap / 2}V${lowest.y - FRAME.gapY / 2}`);
  return parts.join("");
}

/** Lines inside a frame, from the transformer to the rows of its houses. */
export function feedersOf(frame: Pick<Frame, "columns">, houses: number): string {
  if (houses === 0) return "";
  const rows = Math.ceil(houses / frame.columns);
  const x = FRAME.padding + 4;
  const middle = (row: number) => FRAME.header + row * (HOUSE.height + HOUSE.gapY) + HOUSE.height / 2;
  const parts = [`M${x} ${FRAME.header - 16}V${middle(rows - 1)}`];
  for (let row = 0; row < rows; row++) {
    const inRow = Math.min(frame.columns, houses - row * frame.columns);
    const end = FRAME.padding + FRAME.trunk + (inRow - 1) * (HOUSE.width + HOUSE.gapX);
    parts.push(`M${x} ${middle(row)}H${end}`);
  }
  return parts.join("");
}
