import { expect, test } from "vitest";

import { isInside } from "./is-inside.ts";

test.each([
  ["/a/b", "/a", true],
  ["/a", "/a", true],
  ["/a/..b", "/a", true],
  ["/a/b", "/", true],
  ["/ab", "/a", false],
  ["/a", "/a/b", false],
  ["/b/a", "/a", false],
])("%s in %s: %s", (path, folder, wanted) => {
  expect(isInside(path, folder)).toBe(wanted);
});
