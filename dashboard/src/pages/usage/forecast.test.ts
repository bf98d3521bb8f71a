import { expect, test } from "vitest";

import { forecastMonth } from "./forecast.ts";

test("the rest of the month costs as much a day as the last seven did", () => {
  const days = [
    { id: "2026-10-31", cost_usd: 100 },
    ...Array.from({ length: 7 }, (_, index) => ({ id: `2026-11-1${index + 1}`, cost_usd: 2 })),
    { id: "2026-11-18", cost_usd: 1 },
  ];
  expect(forecastMonth(days, "2026-11-18")).toEqual({ soFar: 15, expected: 15 + 12 * 2 });
});

test("days without a request count as days", () => {
  const forecast = forecastMonth([{ id: "2026-11-17", cost_usd: 7 }], "2026-11-18");
  expect(forecast.expected).toBe(7 + 12);
});

test("in the first days there is only this month", () => {
  expect(forecastMonth([{ id: "2026-11-01", cost_usd: 3 }], "2026-11-01")).toEqual({
    soFar: 3,
    expected: 90,
  });
  expect(forecastMonth([], "2026-11-01")).toEqual({ soFar: 0, expected: 0 });
});

test("on the last day nothing more is to come", () => {
  const forecast = forecastMonth([{ id: "2026-02-28", cost_usd: 3 }], "2026-02-28");
  expect(forecast).toEqual({ soFar: 3, expected: 3 });
});
