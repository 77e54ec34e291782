import { describe, expect, it } from "vitest";
import { placesOf, readDocument } from "./read";

const DOCUMENT = {
  format: "hygge-community/1",
  name: "Street",
  timezone: "Europe/Vienna",
  transformers: [
    {
      name: "North",
      houses: [
        { name: "No. 1", flags: ["prosumer"], devices: [{ kind: "battery" }, { kind: "solar_panel" }] },
        { name: "No. 2", flags: ["medical", "prosumer"], devices: [{ kind: "solar_panel" }] },
      ],
    },
    { houses: [] },
  ],
  priority_lists: [{ name: "Winter" }],
  network: { buses: [{}, {}] },
};

describe("readDocument", () => {
  it("counts what is in a community", () => {
    expect(readDocument(JSON.stringify(DOCUMENT))).toMatchObject({
      preview: {
        name: "Street",
        timezone: "Europe/Vienna",
        currency: "EUR",
        transformers: 2,
        houses: 2,
        devices: [
          ["solar_panel", 2],
          ["battery", 1],
        ],
        flags: ["medical", "prosumer"],
        priorityLists: 1,
        buses: 2,
      },
    });
  });

  it("survives what is not as it should be", () => {
    const odd = {
      format: "hygge-community/1",
      transformers: [{ houses: "many" }, null, { houses: [{ devices: [7] }] }],
    };
    expect(readDocument(JSON.stringify(odd))).toMatchObject({ preview: { name: null, transformers: 2, houses: 1 } });
  });

  it("says where the text stops being JSON", () => {
    expect(readDocument('{\n "name": "Street",,\n}')).toEqual({ fault: "syntax", line: 2, column: 19 });
    expect(readDocument('{\n "name": ')).toEqual({ fault: "syntax", line: 2, column: 10 });
  });

  it.each([
    "[]",
    "7",
    "null",
    '{"type": "FeatureCollection"}',
    '{"format": "other/1", "name": "x", "transformers": []}',
  ])("does not take %s for a community", (text) => {
    expect(readDocument(text)).toEqual({ fault: "notCommunity" });
  });
});

describe("placesOf", () => {
  it("finds the names on the way to a field", () => {
    expect(placesOf(DOCUMENT, "transformers.0.houses.1.devices.0.capacity_kwh")).toEqual({
      places: [
        { kind: "transformer", name: "North" },
        { kind: "house", name: "No. 2" },
        { kind: "device", name: "solar_panel" },
      ],
      field: "capacity_kwh",
    });
  });

  it("counts where there is no name", () => {
    expect(placesOf(DOCUMENT, "transformers.1.name")).toEqual({
      places: [{ kind: "transformer", name: "2" }],
      field: "name",
    });
  });

  it("takes a field of the community as it is", () => {
    expect(placesOf(DOCUMENT, "timezone")).toEqual({ places: [], field: "timezone" });
    expect(placesOf(DOCUMENT, "location.latitude")).toEqual({ places: [], field: "latitude" });
  });

  it("names the part of the network", () => {
    expect(placesOf(DOCUMENT, "network.lines.3.length_km")).toEqual({
      places: [{ kind: "network", name: "lines 3" }],
      field: "length_km",
    });
  });
});
