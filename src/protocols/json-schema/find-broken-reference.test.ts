import { describe, expect, test } from "vitest";

import { expectLinear } from "../../../test/expect-linear.ts";
import { findBrokenReference } from "./find-broken-reference.ts";

describe("a reference", () => {
  test.each([
    [{ $ref: "#" }, "#"],
    [{ $ref: "#/$defs/a", $defs: {} }, "#/$defs/a"],
    [{ $ref: "#/$defs/a", $defs: { a: { $ref: "#/$defs/b" }, b: { $ref: "#/$defs/a" } } }, "#/$defs/a"],
    [{ $ref: "https://example.com/none" }, "https://example.com/none"],
    [{ $ref: "#none", $defs: { a: { $anchor: "some" } } }, "#none"],
  ])("%j leads nowhere", (schema, reference) => {
    expect(findBrokenReference(schema)).toBe(reference);
  });

  test.each([
    [{ properties: { a: { $ref: "#" } } }],
    [{ $ref: "#/$defs/a", $defs: { a: { $ref: "#/$defs/b" }, b: {} } }],
    [{ $ref: "#some", $defs: { a: { $anchor: "some" } } }],
    [{ $ref: "tree", $defs: { a: { $id: "https://example.com/tree" } } }],
    [{ $ref: "./tree#", $defs: { a: { $id: "https://example.com/tree#" } } }],
    [{ $ref: "https://example.com/tree", $defs: { a: { $id: "https://example.com/tree" } } }],
    [{ $ref: "http://json-schema.org/draft-07/schema#" }],
    [{ $ref: "#/inner", $defs: { a: { $id: "https://example.com/tree" } } }],
  ])("%j leads somewhere", (schema) => {
    expect(findBrokenReference(schema)).toBeUndefined();
  });
});

describe("many take time in proportion to their number", () => {
  test("in one long chain", () => {
    expectLinear((size) => {
      const $defs = Object.fromEntries(
        Array.from({ length: size }, (_, index) => [
          `d${index}`,
          index === size - 1 ? {} : { $ref: `#/$defs/d${index + 1}` },
        ]),
      );
      return () => expect(findBrokenReference({ $ref: "#/$defs/d0", $defs })).toBeUndefined();
    }, 1_000);
  });

  test("to as many names", () => {
    expectLinear((size) => {
      const $defs = Object.fromEntries(
        Array.from({ length: size }, (_, index) => [
          `d${index}`,
          { $id: `https://example.com/n${index}`, properties: { a: { $ref: `n${size - index - 1}` } } },
        ]),
      );
      return () => expect(findBrokenReference({ $defs })).toBeUndefined();
    }, 1_000);
  });
});
