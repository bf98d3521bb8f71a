import { expect, test } from "vitest";

import { isInside } from "./is-inside.ts";

test.each([
  ["/work", "/work", true],
  ["/work/a", "/work", true],
  ["/workshop", "/work", false],
  ["/", "/work", false],
  ["/anything", "/", true],
  ["/Work/a", "/work", false],
  ["/work/..a", "/work", true],
])("%s in %s: %s", (path, root, expected) => {
  expect(isInside(path, root)).toBe(expected);
});
