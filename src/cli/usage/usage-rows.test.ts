import { expect, test } from "vitest";

import { USAGE_SLICE_MS, type UsageSum } from "../../core/ports/usage-report.ts";
import { NO_USAGE } from "../../core/words/usage.ts";
import { toUsageBody } from "./format-usage.ts";
import { readMoment } from "./read-moment.ts";
import { sumRows, toUsageRows } from "./usage-rows.ts";

const slice = (time: string, requests = 1): UsageSum => {
  const at = Date.parse(time);
  const group = String(Math.floor(at / USAGE_SLICE_MS) * USAGE_SLICE_MS);
  return { ...NO_USAGE, group, requests, costUsd: 1, firstAt: at, lastAt: at };
};

test("a window lasts five hours from the hour of its first turn, and the next begins with the first turn after it", () => {
  const times = [
    "2026-01-01T09:59Z",
    "2026-01-01T13:59Z",
    "2026-01-01T14:01Z",
    "2026-01-01T18:45Z",
    "2026-01-02T00:30Z",
  ];
  expect(toUsageRows("window", times.map((time) => slice(time)).toReversed(), true)).toMatchObject([
    { id: "2026-01-01T09:00:00.000Z", requests: 2 },
    { id: "2026-01-01T14:00:00.000Z", requests: 2 },
    { id: "2026-01-02T00:00:00.000Z", requests: 1 },
  ]);
});

test("days are this machine's, or UTC's", () => {
  const local = new Date(2026, 2, 1, 0, 5);
  const rows = toUsageRows(
    "day",
    [slice(local.toISOString()), slice(new Date(2026, 1, 28, 23, 50).toISOString())],
    false,
  );
  expect(rows.map(({ id }) => id)).toEqual(["2026-02-28", "2026-03-01"]);
  expect(toUsageRows("month", [slice("2026-02-28T23:59Z"), slice("2026-03-01T00:00Z")], true)).toMatchObject([
    { id: "2026-02" },
    { id: "2026-03" },
  ]);
  expect(sumRows(rows)).toMatchObject({ requests: 2, costUsd: 2, lastAt: local.getTime() });
  expect(sumRows([])).toBeUndefined();
});

test.each([
  ["2026-11-01", "2026-11-01T00:00:00.000Z"],
  ["2026-11", "2026-11-01T00:00:00.000Z"],
  ["2026-11-01 10:30", "2026-11-01T10:30:00.000Z"],
  ["2026-11-01T10:30+02:00", "2026-11-01T08:30:00.000Z"],
  ["7d", "2026-11-22T12:00:00.000Z"],
  ["12h", "2026-11-29T00:00:00.000Z"],
])("%s is a moment", (text, time) => {
  expect(readMoment(text, Date.parse("2026-11-29T12:00Z"), true)).toBe(Date.parse(time));
});

test.each(["soon", "", "-1d", "2026-13-01", "7", "2026-11-01T99:00"])("%j is none", (text) => {
  expect(readMoment(text, 0, true)).toBeUndefined();
});

test("programs get costs without the noise of adding them up", () => {
  const row = { ...NO_USAGE, id: "2026-11-29", requests: 2, firstAt: 1, lastAt: 2 };
  const noisy = 0.1 + 0.2;
  expect(noisy).not.toBe(0.3);
  const rows = [0.000_319_999_999_999_999_97, noisy, 0.000000031, 1234.5678].map((cost) => ({
    ...row,
    costUsd: cost,
  }));
  const body = toUsageBody({ view: "day", range: {}, rows, total: rows[1], isUtc: true });
  expect(body).toMatchObject({
    data: [{ cost_usd: 0.00032 }, { cost_usd: 0.3 }, { cost_usd: 0.000000031 }, { cost_usd: 1234.5678 }],
    total: { cost_usd: 0.3 },
  });
});
