import { describe, expect, it } from "vitest";
import { passwordFault } from "@/shared/session/password";
import { generatePassword } from "./generate";

describe("generatePassword", () => {
  it("makes four groups of four letters or digits that don't look alike", () => {
    expect(generatePassword()).toMatch(/^([a-km-np-zA-HJ-NP-Z2-9]{4}-){3}[a-km-np-zA-HJ-NP-Z2-9]{4}$/);
  });

  it("makes passwords that are accepted, and another each time", () => {
    const made = new Set(Array.from({ length: 50 }, () => generatePassword()));
    expect(made.size).toBe(50);
    for (const password of made) expect(passwordFault(password, "ada")).toBeNull();
  });

  it("throws bytes away that would favour some letters", () => {
    const bytes = [255, 254, 0, 1, 2, 3, 4, 5];
    expect(generatePassword(() => Uint8Array.from(bytes))).toBe("abcd-abcd-abcd-abcd");
  });
});
