import { describe, expect, it } from "vitest";
import de from "../locales/de.json";
import en from "../locales/en.json";
import { detailsOf, EVENTS, isEvent, subjectOf } from "./words";

describe("subjectOf", () => {
  it("reads users and sessions, and keeps what else there is", () => {
    expect(subjectOf("user:7")).toEqual({ kind: "user", id: 7 });
    expect(subjectOf("session:12")).toEqual({ kind: "session", id: 12 });
    expect(subjectOf("admin")).toEqual({ text: "admin" });
    expect(subjectOf(null)).toBeNull();
  });
});

describe("detailsOf", () => {
  it("says every particular", () => {
    expect(detailsOf({ fields: ["email", "role"], role: "viewer", grid_id: 4, old: { a: 1 } })).toBe(
      'fields: email, role; role: viewer; grid_id: 4; old: {"a":1}',
    );
    expect(detailsOf({})).toBe("");
  });
});

describe("events", () => {
  it("have words in both languages", () => {
    for (const event of EVENTS) {
      expect(en.event[event]).toBeTruthy();
      expect(de.event[event]).toBeTruthy();
    }
  });

  it("are told from other words", () => {
    expect(isEvent("logout")).toBe(true);
    expect(isEvent("party")).toBe(false);
    expect(isEvent(undefined)).toBe(false);
  });
});
