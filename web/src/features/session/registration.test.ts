import { describe, expect, it } from "vitest";
import { accountOf, registrationSchema } from "./registration";

const schema = registrationSchema({ field: (fault) => fault, password: (fault) => fault });
const good = { username: "ada", displayName: "", email: "", password: "correct horse" };
const faults = (values: object) =>
  schema.safeParse({ ...good, ...values }).error?.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`) ??
  [];

describe("registrationSchema", () => {
  it("takes an account without e-mail and name", () => {
    expect(faults({})).toEqual([]);
  });

  it.each([
    [{ username: "a b" }, "username: username"],
    [{ username: "ab" }, "username: username"],
    [{ email: "nobody" }, "email: email"],
    [{ password: "short" }, "password: short"],
    [{ password: "Ada Lovelace" }, "password: name"],
  ])("refuses %o", (values, fault) => {
    expect(faults(values)).toEqual([fault]);
  });
});

describe("accountOf", () => {
  it("leaves out what was left empty", () => {
    expect(accountOf({ ...good, username: " ada ", displayName: " " })).toEqual({
      username: "ada",
      password: "correct horse",
    });
  });

  it("has what was given", () => {
    expect(accountOf({ ...good, displayName: "Ada L.", email: " ada@example.org" })).toMatchObject({
      display_name: "Ada L.",
      email: "ada@example.org",
    });
  });
});
