import { expect, test } from "vitest";

import type { RateLimitInfo } from "../claude-messages.ts";
import { readPlanWindows } from "./plan-windows.ts";

// Proof for the cast: Claude Code sends fields that its types do not name.
const read = (info: object) => readPlanWindows(info as RateLimitInfo);

test("all windows where Claude Code hands them on, else the one in question", () => {
  expect(
    read({
      status: "allowed_warning",
      rateLimitType: "five_hour",
      unifiedWindows: {
        five_hour: { utilization: 0.91, resetsAt: 1_000, status: "allowed_warning" },
        seven_day: { utilization: 0.2, resetsAt: 9_000, status: "allowed" },
        odd: null,
        half: { utilization: "much" },
      },
    }),
  ).toEqual([
    { name: "five_hour", utilization: 0.91, resetsAt: 1_000_000, status: "warning" },
    { name: "seven_day", utilization: 0.2, resetsAt: 9_000_000, status: "allowed" },
    { name: "half", status: "allowed" },
  ]);
  expect(read({ status: "rejected", rateLimitType: "seven_day_opus", resetsAt: 5 })).toEqual([
    { name: "seven_day_opus", resetsAt: 5_000, status: "rejected" },
  ]);
  expect(read({ status: "allowed" })).toEqual([]);
});
