import { describe, expect, it } from "vitest";
import { type BuildValues, buildSchema, documentOf } from "./document";

const VALUES: BuildValues = {
  name: "Street",
  timezone: "Europe/Berlin",
  currency: "EUR",
  latitude: "",
  longitude: "",
  importLimitKw: "",
  exportLimitKw: 100,
  transformerName: " North ",
  capacityKw: 250,
  houses: 12,
};
const faults = (values: Partial<BuildValues>) =>
  buildSchema((fault) => fault)
    .safeParse({ ...VALUES, ...values })
    .error?.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`) ?? [];

describe("buildSchema", () => {
  it("takes a community with its first transformer", () => {
    expect(faults({})).toEqual([]);
    expect(faults({ houses: 0, capacityKw: "" })).toEqual([]);
  });

  it.each<[Partial<BuildValues>, string]>([
    [{ transformerName: "" }, "transformerName: transformerName"],
    [{ houses: "" }, "houses: houses"],
    [{ houses: 2001 }, "houses: houses"],
    [{ houses: 1.5 }, "houses: houses"],
  ])("refuses %o", (values, fault) => {
    expect(faults(values)).toEqual([fault]);
  });
});

describe("documentOf", () => {
  it("is a whole community", () => {
    const document = documentOf(VALUES, (number) => `House ${number}`);
    expect(document).toMatchObject({
      format: "hygge-community/1",
      name: "Street",
      location: null,
      export_limit_kw: 100,
      transformers: [{ name: "North", capacity_kw: 250 }],
    });
    const houses = document.transformers[0]?.houses ?? [];
    expect(houses).toHaveLength(12);
    expect(houses[0]?.name).toBe("House 01");
    expect(houses[11]?.name).toBe("House 12");
  });

  it("may have no houses yet", () => {
    expect(documentOf({ ...VALUES, houses: 0, capacityKw: "" }, String).transformers[0]).toEqual({
      name: "North",
      capacity_kw: null,
      houses: [],
    });
  });
});
