import { afterEach, expect, test } from "vitest";

import { usageQueryOf } from "./usage-query.ts";

const before = process.env["TZ"];
afterEach(() => {
  if (before === undefined) delete process.env["TZ"];
  else process.env["TZ"] = before;
});

// The clocks of these zones are changed within the span, or on its last day.
test.each([
  ["Europe/Berlin", "2026-04-02T10:00:00Z", "2026-03-26T23:00:00Z", "2026-04-02T22:00:00Z"],
  ["Europe/Berlin", "2026-10-25T22:30:00Z", "2026-10-18T22:00:00Z", "2026-10-25T23:00:00Z"],
  ["America/New_York", "2026-11-01T17:00:00Z", "2026-10-26T04:00:00Z", "2026-11-02T05:00:00Z"],
  ["America/Santiago", "2026-09-06T15:00:00Z", "2026-08-31T04:00:00Z", "2026-09-07T03:00:00Z"],
  ["Asia/Tokyo", "2026-11-30T16:00:00Z", "2026-11-24T15:00:00Z", "2026-12-01T15:00:00Z"],
])("seven days of %s, at %s, are whole ones, however long each is", (zone, now, since, until) => {
  process.env["TZ"] = zone;
  const query = usageQueryOf("day", "7d", Date.parse(now));
  expect([query["since"], query["until"]].map((time) => new Date(Number(time)).toISOString())).toEqual(
    [since, until].map((time) => time.replace("Z", ".000Z")),
  );
  expect(query["time_zone"]).toBe(zone);
});
