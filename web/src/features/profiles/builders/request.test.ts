import { describe, expect, it } from "vitest";
import { ApiProblem } from "@/shared/api/problems";
import type { Field } from "./fields";
import { type BuildForm, formErrors, requestOf } from "./request";

const form: BuildForm = {
  name: " House ",
  period: "year",
  year: 2027,
  firstDay: "2027-03-01",
  lastDay: "2027-03-31",
  timezone: "Europe/Berlin",
  stepMinutes: "15",
  parameters: { yearly_kwh: 3500 },
};
const fields = [{ kind: "number", name: "yearly_kwh" }] as Field[];

describe("a build", () => {
  it("is of a year", () => {
    expect(requestOf("standard_load", fields, form)).toEqual({
      builder: "standard_load",
      name: "House",
      year: 2027,
      timezone: "Europe/Berlin",
      step_minutes: 15,
      parameters: { yearly_kwh: 3500 },
    });
  });
  it("is of whole local days", () => {
    const request = requestOf("standard_load", fields, { ...form, period: "dates" });
    expect(request).toMatchObject({ start: "2027-03-01T00:00:00", end: "2027-04-01T00:00:00" });
    expect(request).not.toHaveProperty("year");
  });
  it("is of what its profiles cover", () => {
    const request = requestOf("combine", fields, { ...form, period: "profiles" });
    expect(Object.keys(request)).not.toContain("start");
  });
  it("has its findings at their fields", () => {
    const problem = new ApiProblem({
      status: 422,
      errors: [
        { field: "standard_load.parameters.yearly_kwh", message: "Input should be greater than 0" },
        { field: "end", message: "must be after start" },
        { field: "standard_load.parameters", message: "Value error, bands overlap" },
      ],
    });
    expect(formErrors(problem, "standard_load")).toEqual({
      "parameters.yearly_kwh": "Input should be greater than 0",
      lastDay: "must be after start",
      parameters: "bands overlap",
    });
  });
});
