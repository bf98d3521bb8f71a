import { expect, test } from "vitest";

import { retargetLink } from "./retarget-link.ts";

test.each([
  ["/base", "/copy"],
  ["/base/a/b", "/copy/a/b"],
  ["/base2/a", "/base2/a"],
  ["../base/a", "../base/a"],
  ["/etc/passwd", "/etc/passwd"],
])("%s leads to %s", (target, expected) => {
  expect(retargetLink(target, { from: "/base", to: "/copy" })).toBe(expected);
});
