import { describe, expect, it } from "vitest";
import { fileName } from "./fileName";

describe("fileName", () => {
  it.each([
    ["SimBench semi-urban", "SimBench-semi-urban.json"],
    [" Straße 5/7 ", "Straße-5-7.json"],
    ["../../etc", "etc.json"],
    ["???", "community.json"],
  ])("of %s is %s", (name, file) => {
    expect(fileName(name)).toBe(file);
  });
});
