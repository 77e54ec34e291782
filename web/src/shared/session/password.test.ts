import { describe, expect, it } from "vitest";
import { passwordFault } from "./password";

describe("passwordFault", () => {
  it.each([
    ["seven77", "short"],
    ["x".repeat(257), "long"],
    ["abababab", "simple"],
    ["my-Ada-Lovelace", "name"],
    ["correct horse", null],
  ])("judges %s", (password, fault) => {
    expect(passwordFault(password, "ada")).toBe(fault);
  });

  it("takes an empty user name for none", () => {
    expect(passwordFault("correct horse", " ")).toBeNull();
  });
});
