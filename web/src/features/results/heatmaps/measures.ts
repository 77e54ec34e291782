/** What a heatmap can show, by kind of node. */
export const SHOWN = ["load", "generation", "net", "import", "export", "shared", "sold", "soc", "price"] as const;
export type Shown = (typeof SHOWN)[number];

export interface MeasureFacts {
  /** The API's name. */
  measure: string;
  scale: "sequential" | "diverging";
}

const STORED: Record<Shown, MeasureFacts> = {
  load: { measure: "load_kw", scale: "sequential" },
  generation: { measure: "generation_kw", scale: "sequential" },
  net: { measure: "net_grid_flow_kw", scale: "diverging" },
  import: { measure: "import_kw", scale: "sequential" },
  export: { measure: "export_kw", scale: "sequential" },
  shared: { measure: "bought_kw", scale: "sequential" },
  sold: { measure: "sold_kw", scale: "sequential" },
  soc: { measure: "soc_kwh", scale: "sequential" },
  price: { measure: "local_price_eur_per_kwh", scale: "sequential" },
};

/** Of transformers and the grid what is bought inside is also what is sold; houses have no price of their own. */
export function measuresOf(kind: string): Shown[] {
  return SHOWN.filter((name) => (kind === "house" ? name !== "price" : name !== "sold"));
}

export function factsOf(name: Shown): MeasureFacts {
  return STORED[name];
}

export function measureOf(wanted: string | undefined, kind: string): Shown {
  return measuresOf(kind).find((name) => name === wanted) ?? "load";
}
