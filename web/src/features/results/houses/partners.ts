import type { Flow } from "../queries";

export interface Partner {
  id: number;
  kwh: number;
}

/** From whom a house got most and to whom it gave most; the grid stands for the supplier. */
export function partnersOf(flows: Flow[], houseId: number, most: number): { from: Partner[]; to: Partner[] } {
  const largest = (partners: Partner[]) => partners.sort((a, b) => b.kwh - a.kwh).slice(0, most);
  return {
    from: largest(
      flows.filter((flow) => flow.target_id === houseId).map((flow) => ({ id: flow.source_id, kwh: flow.energy_kwh })),
    ),
    to: largest(
      flows.filter((flow) => flow.source_id === houseId).map((flow) => ({ id: flow.target_id, kwh: flow.energy_kwh })),
    ),
  };
}
