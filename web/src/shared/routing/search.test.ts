import { expect, it } from "vitest";
import { oneOf, search, text, whole } from "./search";

it("reads what it knows and leaves out the rest", () => {
  const read = search({ date: text, node: whole, view: oneOf("line", "heatmap") });
  expect(read({ date: "2016-06-01", node: "12", view: "line", other: 1 })).toEqual({
    date: "2016-06-01",
    node: 12,
    view: "line",
  });
  expect(read({ date: "", node: "-1", view: "pie" })).toEqual({});
  expect(read({ node: 1.5, date: 2016 })).toEqual({ date: "2016" });
});

it("takes the place of what it can't read", () => {
  expect(Object.keys(search({ next: text })({ next: "" }))).toEqual(["next"]);
});
