import { allItems, api, dataOf, type Schemas } from "@/shared/api/client";
import { commonSpan, type Span } from "./period";

/** What a run's form must know about a community. */
export interface Facts {
  name: string;
  timezone: string;
  currency: string;
  houses: number;
  transformers: number;
  batteries: number;
  cars: number;
  /** Heat pumps, heaters and air conditioners: some of them need the outdoor temperature. */
  thermal: number;
  hasKeys: boolean;
  hasLimits: boolean;
  hasNetwork: boolean;
  priorityLists: { id: number; name: string }[];
  assignedProfiles: number;
  /** The time that all assigned profiles cover. */
  common: Span | null;
}

type Document = Schemas["Document"];

const THERMAL = ["heat_pump", "heater", "air_conditioner"];

export function factsOf(document: Document, profiles: Span[], priorityLists: { id: number; name: string }[]): Facts {
  const houses = document.transformers.flatMap((transformer) => transformer.houses);
  const kinds = houses.flatMap((house) => house.devices.map((device) => device.kind as string));
  const count = (...wanted: string[]) => kinds.filter((kind) => wanted.includes(kind)).length;
  return {
    name: document.name,
    timezone: document.timezone,
    currency: document.currency,
    houses: houses.length,
    transformers: document.transformers.length,
    batteries: count("battery"),
    cars: count("electric_vehicle"),
    thermal: count(...THERMAL),
    hasKeys: houses.some((house) => house.sharing_key != null),
    hasLimits:
      document.import_limit_kw != null ||
      document.export_limit_kw != null ||
      document.transformers.some((transformer) => transformer.capacity_kw != null),
    hasNetwork: document.network != null,
    priorityLists: priorityLists.map(({ id, name }) => ({ id, name })),
    assignedProfiles: profiles.length,
    common: commonSpan(profiles),
  };
}

/** Read once for a form: the community's document, its assigned profiles and its priority lists. */
export function factsQuery(gridId: number | null) {
  return {
    queryKey: ["runs", "facts", gridId],
    enabled: gridId !== null,
    staleTime: 60_000,
    queryFn: () => readFacts(gridId as number),
  };
}

async function readFacts(gridId: number): Promise<Facts> {
  const [document, profiles, lists] = await Promise.all([
    dataOf(api.GET("/api/v1/grids/{grid_id}/topology", { params: { path: { grid_id: gridId } } })),
    allItems((cursor) =>
      dataOf(api.GET("/api/v1/profiles", { params: { query: { grid_id: gridId, limit: 1000, cursor } } })),
    ),
    allItems((cursor) =>
      dataOf(api.GET("/api/v1/priority-lists", { params: { query: { grid_id: gridId, limit: 1000, cursor } } })),
    ),
  ]);
  return factsOf(document, profiles, lists);
}
