import { expect, test } from "vitest";
import { movedSpan, spanOf } from "./span";

const YEAR = { first: "2016-01-01", last: "2016-12-31" };

test("the address is cut to the run, and nonsense in it means a day in the middle", () => {
  expect(spanOf({ date: "2016-06-07" }, YEAR)).toEqual({ date: "2016-06-07", days: 1, end: "2016-06-08" });
  expect(spanOf({ date: "2019-01-01", days: 3 }, YEAR)).toEqual({ date: "2016-12-29", days: 3, end: "2017-01-01" });
  expect(spanOf({ date: "2016-13-45", days: 40 }, YEAR)).toEqual({ date: "2016-07-02", days: 7, end: "2016-07-09" });
  expect(spanOf({ days: 0 }, YEAR).days).toBe(1);
});

test("a run of two days shows no week", () => {
  expect(spanOf({ days: 7 }, { first: "2016-03-26", last: "2016-03-27" })).toEqual({
    date: "2016-03-26",
    days: 2,
    end: "2016-03-28",
  });
});

test("moving goes by the length of what is seen and stops at the ends", () => {
  const week = spanOf({ date: "2016-06-06", days: 7 }, YEAR);
  expect(movedSpan(week, 1, YEAR).date).toBe("2016-06-13");
  expect(movedSpan(spanOf({ date: "2016-01-03", days: 7 }, YEAR), -1, YEAR).date).toBe("2016-01-01");
  expect(movedSpan(spanOf({ date: "2016-12-31" }, YEAR), 1, YEAR).date).toBe("2016-12-31");
});
