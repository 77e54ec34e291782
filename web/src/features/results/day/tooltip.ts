export interface TooltipRow {
  name: string;
  colour: string;
  value: string;
  strong?: boolean;
}

/** A chart's tooltip as HTML. Names are the app's own words, never somebody's input. */
export function tooltipTable(title: string, rows: TooltipRow[]): string {
  const lines = rows.map(({ name, colour, value, strong }) => {
    const mark = `<span style="display:inline-block;width:10px;height:10px;border-radius:3px;background:${colour};margin-right:6px"></span>`;
    const weight = strong ? "font-weight:600;padding-top:4px" : "";
    return `<tr><td style="padding-right:16px;${weight}">${mark}${name}</td><td style="text-align:right;font-variant-numeric:tabular-nums;${weight}">${value}</td></tr>`;
  });
  return `<div style="font-weight:600;margin-bottom:2px">${title}</div><table style="border-spacing:0">${lines.join("")}</table>`;
}
