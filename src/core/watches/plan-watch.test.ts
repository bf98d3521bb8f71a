import { expect, test } from "vitest";

import { PlanWatch } from "./plan-watch.ts";

const HOUR = 60 * 60 * 1000;

test("tells how full a window will be at this pace, until it has ended", () => {
  let now = 1_000_000_000;
  const watch = new PlanWatch(() => now);
  const resetsAt = now + 3 * HOUR;
  watch.hear([
    { name: "five_hour", utilization: 0.3, status: "allowed", resetsAt },
    { name: "seven_day_opus", utilization: 0.5, status: "warning", resetsAt: now + 84 * HOUR },
    { name: "overage", status: "rejected" },
    { name: "seven_day", utilization: 0.01, status: "allowed", resetsAt: now + 167 * HOUR },
  ]);
  expect(watch.report()).toEqual([
    {
      name: "five_hour",
      utilization: 0.3,
      status: "allowed",
      resetsAt,
      heardAt: now,
      projected: expect.closeTo(0.75),
    },
    expect.objectContaining({ name: "seven_day_opus", projected: expect.closeTo(1) }),
    { name: "overage", status: "rejected", heardAt: now },
    expect.not.objectContaining({ projected: expect.anything() }),
  ]);
  now = resetsAt;
  expect(watch.report().map(({ name }) => name)).not.toContain("five_hour");
});

test("keeps no more names than a plan has windows", () => {
  const watch = new PlanWatch(() => 0);
  for (let index = 0; index < 100; index++) watch.hear([{ name: `w${index}`, status: "allowed" }]);
  watch.hear([{ name: "w0", status: "rejected" }]);
  expect(watch.report()).toHaveLength(16);
  expect(watch.report()[0]).toMatchObject({ status: "rejected" });
});
