import * as fc from "fast-check";
import { expect, test } from "vitest";

import { redactFields } from "./redact-fields.ts";
import { createTextRedactor } from "./redact-text.ts";

const SECRET = "tp-abcdefghijklmnopqrstuvwxyz";
const rules = { prompts: false, redactText: createTextRedactor([SECRET]) };

test("secrets go by name, at any depth; counts of tokens stay", () => {
  const fields = {
    headers: { authorization: "Basic x", "x-api-key": "y", cookie: ["z"], "content-type": "json" },
    apiKeys: ["a"],
    env: [{ ANTHROPIC_AUTH_TOKEN: "b", AWS_SECRET_ACCESS_KEY: "c" }],
    outputTokens: 12,
    tokens: 3,
    credentialSource: "ANTHROPIC_API_KEY",
  };
  expect(redactFields(fields, rules)).toEqual({
    headers: {
      authorization: "[redacted]",
      "x-api-key": "[redacted]",
      cookie: "[redacted]",
      "content-type": "json",
    },
    apiKeys: "[redacted]",
    env: [{ ANTHROPIC_AUTH_TOKEN: "[redacted]", AWS_SECRET_ACCESS_KEY: "[redacted]" }],
    outputTokens: 12,
    tokens: 3,
    credentialSource: "ANTHROPIC_API_KEY",
  });
});

test("prompts are written only when that was asked for", () => {
  const fields = {
    messages: [{ role: "user", content: "hello" }],
    turn: { text: "hi" },
    message: "queue full",
  };
  expect(redactFields(fields, rules)).toEqual({
    messages: "[hidden]",
    turn: { text: "[hidden]" },
    message: "queue full",
  });
  expect(redactFields(fields, { ...rules, prompts: true })).toEqual(fields);
});

test("errors keep their stack, cause and what is attached, without secrets", () => {
  const cause = Object.assign(new TypeError("inner"), { code: "E_INNER", headers: { cookie: "c" } });
  const error = new Error(`refused ${SECRET}`, { cause });
  expect(redactFields({ error }, rules)).toMatchObject({
    error: {
      name: "Error",
      message: "refused [redacted]",
      stack: expect.stringContaining("redact-fields.test.ts"),
      cause: { name: "TypeError", code: "E_INNER", headers: { cookie: "[redacted]" } },
    },
  });
});

test("what refers to itself, is huge or is no JSON is written in bounded form", () => {
  const circle: Record<string, unknown> = { big: 1n, when: new Date(0), bytes: new Uint8Array(9) };
  circle["again"] = [circle, circle, circle];
  circle["many"] = Array.from({ length: 10_000 }, (_, index) => index);
  const written = redactFields({ circle }, rules);
  expect(JSON.stringify(written).length).toBeLessThan(50_000);
  expect(written).toMatchObject({
    circle: { big: "1", when: "1970-01-01T00:00:00.000Z", bytes: "[9 bytes]" },
  });
});

test("a secret survives nowhere in a value", () => {
  const leaf = fc.oneof(
    fc.string().map((text) => `${text}${SECRET}`),
    fc.integer(),
    fc.constant(null),
  );
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof({ maxDepth: 4 }, leaf, fc.array(tie("tree")), fc.dictionary(fc.string(), tie("tree"))),
  }));
  fc.assert(
    fc.property(tree, (value) => {
      expect(JSON.stringify(redactFields({ value }, rules))).not.toContain(SECRET);
    }),
  );
});
