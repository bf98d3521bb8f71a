import { expect, test } from "vitest";

import { fillVariables } from "./fill-variables.ts";

const ENVIRONMENT = { TOKEN: "t0ken", EMPTY: "", DOLLARS: "$& $1 ${TOKEN}" };

test.each([
  ["nothing to fill: $TOKEN ${ {}", "nothing to fill: $TOKEN ${ {}"],
  ["Bearer ${TOKEN}", "Bearer t0ken"],
  ["${TOKEN}${TOKEN}", "t0kent0ken"],
  ["${NONE:-instead}", "instead"],
  ["${EMPTY:-instead}", "instead"],
  ["${TOKEN:-instead}", "t0ken"],
  ["${NONE:-}", ""],
  ["$${TOKEN}", "${TOKEN}"],
  // The value of a variable is not filled in again.
  ["${DOLLARS}", "$& $1 ${TOKEN}"],
])("%j becomes %j", (text, filled) => {
  const missing: string[] = [];
  expect(fillVariables(text, ENVIRONMENT, (name) => missing.push(name))).toBe(filled);
  expect(missing).toEqual([]);
});

test("what is not set or empty is told, each one", () => {
  const missing: string[] = [];
  fillVariables("${NONE} ${EMPTY} ${toString}", ENVIRONMENT, (name) => missing.push(name));
  expect(missing).toEqual(["NONE", "EMPTY", "toString"]);
});
