import { describe, expect, it } from "vitest";
import type { Profile } from "../queries";
import { filtered } from "./filters";

const profile = (name: string, profile_type: string, source_type: string) =>
  ({ name, profile_type, source_type }) as Profile;
const profiles = [
  profile("SimBench H0-A", "load", "upload"),
  profile("SimBench PV2", "solar", "upload"),
  profile("Household 3500 kWh", "load", "builder"),
];
const names = (filters: object) => filtered(profiles, filters).map((one) => one.name);

describe("filters of profiles", () => {
  it("leave all without any", () => expect(names({})).toHaveLength(3));
  it("narrow by type and source", () => {
    expect(names({ type: "load" })).toHaveLength(2);
    expect(names({ type: "load", source: "builder" })).toEqual(["Household 3500 kWh"]);
  });
  it("look for every word, in any case and order", () => {
    expect(names({ name: "pv simbench" })).toEqual(["SimBench PV2"]);
    expect(names({ name: "  " })).toHaveLength(3);
  });
});
