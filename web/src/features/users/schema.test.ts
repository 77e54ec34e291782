import { describe, expect, it } from "vitest";
import { bodyOf, detailsSchema, type NewUserValues, newUserSchema } from "./schema";

const words = { field: (fault: string) => fault, password: (fault: string) => fault };
const good: NewUserValues = { username: "ada", displayName: "", email: "", role: "viewer", password: "correct horse" };
const faults = (values: Partial<NewUserValues>) =>
  newUserSchema(words)
    .safeParse({ ...good, ...values })
    .error?.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`) ?? [];

describe("newUserSchema", () => {
  it("takes a user with a name and a password", () => {
    expect(faults({})).toEqual([]);
  });

  it.each([
    [{ username: "-ada" }, "username: username"],
    [{ email: "nobody" }, "email: email"],
    [{ password: "1234" }, "password: short"],
    [{ password: "ada-1234" }, "password: name"],
  ])("refuses %o", (values, fault) => {
    expect(faults(values)).toEqual([fault]);
  });
});

describe("detailsSchema", () => {
  it("lets an e-mail be emptied", () => {
    expect(detailsSchema(words).safeParse({ displayName: "", email: "" }).success).toBe(true);
  });
});

describe("bodyOf", () => {
  it("sends null for what is empty", () => {
    expect(bodyOf({ ...good, username: " ada ", email: " " })).toEqual({
      username: "ada",
      role: "viewer",
      password: "correct horse",
      email: null,
      display_name: null,
    });
  });
});
