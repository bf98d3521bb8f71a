import * as fc from "fast-check";
import { expect, test } from "vitest";

import { SendAllowance } from "./send-allowance.ts";

test("whatever the pace, the receiver's own bucket never runs dry", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(5_000), { maxLength: 200 }), (pauses) => {
      let now = 0;
      const allowance = new SendAllowance({ burst: 28, perSecond: 0.45 }, () => now);
      let [left, countedAt] = [30, 0];
      for (const pause of pauses) {
        now += pause;
        now += allowance.take();
        left = Math.min(30, left + ((now - countedAt) / 1000) * 0.5) - 1;
        countedAt = now;
        expect(left).toBeGreaterThanOrEqual(0);
      }
    }),
  );
});

test("a burst goes out at once", () => {
  const allowance = new SendAllowance({ burst: 3, perSecond: 0.5 }, () => 0);
  expect([1, 2, 3, 4, 5].map(() => allowance.take())).toEqual([0, 0, 0, 2_000, 4_000]);
});
