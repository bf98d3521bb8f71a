import { afterAll, describe, expect, test } from "vitest";

import type { JsonObject } from "../core/words/client-tool.ts";
import type { PrincipalId } from "../core/words/ids.ts";
import { openProcesses } from "./open-processes.ts";
import { BoundedSchemaChecker } from "./bounded-schema-checker.ts";

const processes = openProcesses();
const checker = new BoundedSchemaChecker(processes);
afterAll(() => processes.close());

const NEVER = new AbortController().signal;
// Proof for the casts: any text can be a client's name here.
const A = "a" as PrincipalId;
const B = "b" as PrincipalId;
const check = (schema: JsonObject, value: unknown, client = A) =>
  checker.check(client, schema, JSON.stringify(value), NEVER);

test("checks in another process what it checks", async () => {
  const schema = { type: "object", properties: { a: { type: "string", pattern: "^(?!x)[a-z]+$" } } };
  expect(await checker.findProblem(A, schema, NEVER)).toBeUndefined();
  expect(await check(schema, { a: "b" })).toEqual({ type: "fits" });
  const problem = '/a must match pattern "^(?!x)[a-z]+$"';
  expect(await check(schema, { a: "xy" })).toEqual({ type: "misfit", problem });
  expect(await checker.check(A, schema, "{", NEVER)).toEqual({ type: "not-json" });
});

test("a schema that cannot be used is none, for a reason", async () => {
  const broken = { $ref: "#/$defs/none" };
  expect(await checker.findProblem(A, broken, NEVER)).toMatch(/can't resolve reference/);
  expect(await check(broken, 1)).toMatchObject({
    type: "unchecked",
    problem: expect.stringMatching(/resolve/),
  });
  const large = { description: "x".repeat(200_000) };
  expect(await checker.findProblem(A, large, NEVER)).toMatch(/^the schema is too large/);
  expect(await check(large, 1)).toMatchObject({ type: "unchecked" });
});

describe("what would take for ever", () => {
  // Evaluated twice at each of forty levels.
  const doubling: JsonObject = {
    $ref: "#/$defs/d0",
    $defs: Object.fromEntries(
      Array.from({ length: 40 }, (_, level) => [
        `d${level}`,
        level === 39
          ? { type: "integer" }
          : { allOf: [{ $ref: `#/$defs/d${level + 1}` }, { $ref: `#/$defs/d${level + 1}` }] },
      ]),
    ),
  };
  const TOO_LONG = /takes longer than 3 seconds/;

  test.each([
    {
      name: "a pattern that only an engine can take that goes back",
      schema: { pattern: "^(?=a)(a+)+$" },
      value: `${"a".repeat(60)}!`,
    },
    { name: "references that double", schema: doubling, value: 1 },
  ])("$name is ended, and holds up nobody else", async ({ schema, value }) => {
    // Starting a process takes a while on a busy machine.
    await Promise.all([check({ const: 1 }, 1, A), check({ const: 1 }, 1, B)]);
    let isOver = false;
    const slow = check(schema, value, A).finally(() => (isOver = true));
    expect(await check({ type: "string" }, "fits", B)).toEqual({ type: "fits" });
    expect(isOver).toBe(false);
    expect(await slow).toMatchObject({ type: "unchecked", problem: expect.stringMatching(TOO_LONG) });
    expect(await check({ type: "string" }, "fits", A)).toEqual({ type: "fits" });
  });

  test.each([
    ["^(a+)+$", `${"a".repeat(100_000)}!`],
    ["^(([a-z])+.)+[A-Z]([a-z])+$", "a".repeat(100_000)],
    ["(.*)*(.*)*x$", "y".repeat(100_000)],
  ])("%s takes no time", async (pattern, value) => {
    for (const schema of [
      { pattern },
      { propertyNames: { pattern } },
      { patternProperties: { [pattern]: false } },
    ]) {
      const given = "pattern" in schema ? value : { [value]: 1 };
      expect(await check(schema, given)).toMatchObject({
        type: "patternProperties" in schema ? "fits" : "misfit",
      });
    }
  });
});
