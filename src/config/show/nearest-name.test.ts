import { expect, test } from "vitest";

import { nearestName } from "./nearest-name.ts";

const KNOWN = ["port", "host", "turnTimeout", "idleTimeout"];

test.each([
  ["prot", "port"],
  ["Host", "host"],
  ["turn-timeout", "turnTimeout"],
  ["idletimeout", "idleTimeout"],
])("%s means %s", (typed, meant) => expect(nearestName(typed, KNOWN)).toBe(meant));

test("what is far from everything means nothing", () => {
  expect(nearestName("colour", KNOWN)).toBeUndefined();
  expect(nearestName("x", [])).toBeUndefined();
});
