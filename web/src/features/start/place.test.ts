import { describe, expect, it } from "vitest";
import { formatsFor } from "@/shared/format/formats";
import { placeOf } from "./place";

const letters = { north: "N", south: "S", east: "E", west: "W" };

describe("placeOf", () => {
  it("writes coordinates with their sides", () => {
    const { number } = formatsFor("en-GB");
    expect(placeOf({ latitude: 53.4303, longitude: 11.8187 }, number, (side) => letters[side])).toBe(
      "53.43° N, 11.82° E",
    );
    expect(placeOf({ latitude: -33.9, longitude: -70.6 }, number, (side) => letters[side])).toBe("33.9° S, 70.6° W");
  });

  it("has the language's marks", () => {
    expect(placeOf({ latitude: 52.5, longitude: 13.4 }, formatsFor("de-DE").number, (side) => letters[side])).toBe(
      "52,5° N, 13,4° E",
    );
  });
});
