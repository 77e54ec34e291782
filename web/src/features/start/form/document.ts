import { z } from "zod";
import type { Schemas } from "@/shared/api/client";
import { checkPlace, type GridFault, type GridValues, gridBody, gridShape } from "../fields/gridFields";

export interface BuildValues extends GridValues {
  transformerName: string;
  capacityKw: number | "";
  houses: number | "";
}

export type BuildFault = GridFault | "transformerName" | "houses";

export const MOST_HOUSES = 2000;

export function buildSchema(say: (fault: BuildFault) => string) {
  return z
    .object({
      ...gridShape(say),
      transformerName: z.string().trim().min(1, say("transformerName")).max(200, say("transformerName")),
      capacityKw: z.union([z.literal(""), z.number().min(0, say("limit")).max(1e9, say("limit"))]),
      houses: z.number(say("houses")).int(say("houses")).min(0, say("houses")).max(MOST_HOUSES, say("houses")),
    })
    .superRefine((values, context) => checkPlace(values, context, say));
}

/** The community as one document, so that all of it is stored or nothing. Numbers are padded, so that lists sort well. */
export function documentOf(values: BuildValues, houseName: (number: string) => string) {
  const count = values.houses === "" ? 0 : values.houses;
  const digits = String(count).length;
  const houses = Array.from({ length: count }, (_, index) => ({
    name: houseName(String(index + 1).padStart(digits, "0")),
  }));
  return {
    format: "hygge-community/1",
    ...gridBody(values),
    transformers: [
      {
        name: values.transformerName.trim(),
        capacity_kw: values.capacityKw === "" ? null : values.capacityKw,
        houses,
      },
    ],
    // What is left out has its default at the service, which the schema of answers does not know.
  } as unknown as Schemas["Document"];
}
