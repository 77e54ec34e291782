import { describe, expect, it } from "vitest";
import type { Grid, Profile } from "./queries";
import { isZone, zoneChoices, zoneOf } from "./zone";

const profile = (config_details: Record<string, unknown>) => ({ config_details }) as Profile;
const grid = (timezone: string) => ({ timezone }) as Grid;

describe("the zone of a profile", () => {
  it("is the one it was built or read in", () => {
    expect(zoneOf(profile({ period: { timezone: "Europe/Rome" } }), [grid("Europe/Berlin")], [])).toBe("Europe/Rome");
    expect(zoneOf(profile({ mapping: { timezone: "Europe/Vienna" } }), [grid("Europe/Berlin")], [])).toBe(
      "Europe/Vienna",
    );
  });
  it("is else that of a community", () => {
    expect(zoneOf(profile({ mapping: { timezone: "+10:00" } }), [], [grid("Australia/Sydney")])).toBe(
      "Australia/Sydney",
    );
    expect(zoneOf(profile({}), [], [])).toBe("UTC");
  });
  it("offers each zone once", () => {
    const choices = zoneChoices("Europe/Berlin", [grid("Europe/Berlin"), grid("Europe/Rome")]);
    expect(choices.slice(0, 2)).toEqual(["Europe/Berlin", "Europe/Rome"]);
    expect(choices).toContain("UTC");
    expect(new Set(choices).size).toBe(choices.length);
  });
  it("knows what is none", () => {
    expect(isZone("Mars/Olympus")).toBe(false);
    expect(isZone("+01:00")).toBe(false);
  });
});
