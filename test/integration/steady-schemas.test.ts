import { describe, expect, test } from "vitest";

import { reply, text, toolUse } from "../../src/demo/build-reply.ts";
import { user } from "./ask.ts";
import { shareTurnpike } from "./share-turnpike.ts";
import { expectWithin } from "../machine-speed.ts";

const shared = shareTurnpike();

/** What the server's own thread has worked meanwhile, in milliseconds; a busy machine does not count. */
async function workOf(task: () => Promise<unknown>): Promise<number> {
  const before = process.threadCpuUsage();
  await task();
  const { user: own, system } = process.threadCpuUsage(before);
  return (own + system) / 1000;
}

const formatOf = (schema: object) => ({
  response_format: { type: "json_schema", json_schema: { name: "out", schema } },
});
const objectOf = (a: object) => ({ type: "object", properties: { a } });

const post = (extra: object) => shared().post({ model: "sonnet", messages: [user("hello")], ...extra });

/** An engine that goes back and tries again would not come to an end with these. */
const ALMOST = `${"a".repeat(2_000)}!`;

describe("patterns", () => {
  test.each([
    ["^(a+)+$", { a: ALMOST }, 502],
    ["^(a+)+$", { a: "aaa" }, 200],
    ["^(([a-z])+.)+[A-Z]([a-z])+$", { a: ALMOST }, 502],
  ])("%s of a response format takes no time", async (pattern, answer, status) => {
    shared().upstream.respondWith(text(JSON.stringify(answer)));
    const work = await workOf(async () => {
      const response = await post(formatOf(objectOf({ type: "string", pattern })));
      expect(response.status).toBe(status);
      if (status === 502) expect(await response.text()).toContain("/a must match pattern");
    });
    expectWithin(work, 2_000);
  });

  test("of keys take no time either", async () => {
    shared().upstream.respondWith(text(JSON.stringify({ [ALMOST]: 1 })));
    const response = await post(formatOf({ type: "object", patternProperties: { "^(a+)+$": false } }));
    expect(response.status).toBe(200);
  });

  test("of a strict tool take no time", async () => {
    const { upstream } = shared();
    upstream.respondWith([
      reply({ blocks: [toolUse("look", { a: ALMOST }, { id: "toolu_1" })] }),
      reply({ blocks: [toolUse("look", { a: "aa" }, { id: "toolu_2" })] }),
    ]);
    const parameters = objectOf({ type: "string", pattern: "^(a+)+$" });
    const tool = { type: "function", function: { name: "look", strict: true, parameters } };
    const work = await workOf(async () => {
      const response = await post({ tools: [tool] });
      expect(await response.text()).toContain("toolu_2");
    });
    expectWithin(work, 2_000);
  });

  test("with lookaround are kept to, as zod writes them for addresses", async () => {
    const pattern =
      "^(?!\\.)(?!.*\\.\\.)([A-Za-z0-9_'+\\-\\.]*)[A-Za-z0-9_+-]@([A-Za-z0-9][A-Za-z0-9\\-]*\\.)+[A-Za-z]{2,}$";
    for (const [address, status] of [
      ["a@example.com", 200],
      [".a@example.com", 502],
    ] as const) {
      shared().upstream.respondWith(text(JSON.stringify({ a: address })));
      const response = await post(formatOf(objectOf({ type: "string", pattern })));
      expect(response.status).toBe(status);
    }
  });
});

describe("schemas", () => {
  test("of thousands of branches are compiled elsewhere", async () => {
    const anyOf = Array.from({ length: 4_096 }, (_, index) => ({ const: index }));
    shared().upstream.respondWith(text('{"a":4095}'));
    const response = await post(formatOf(objectOf({ anyOf })));
    expect(response.status).toBe(200);
  });

  test("of different items are checked in one go", async () => {
    const items = Array.from({ length: 6_000 }, (_, id) => ({ id, of: { name: `item ${id}` } }));
    const schema = objectOf({ type: "array", uniqueItems: true, items: { type: "object" } });
    for (const [list, status] of [
      [items, 200],
      [[...items, { of: { name: "item 0" }, id: 0 }], 502],
    ] as const) {
      shared().upstream.respondWith(text(JSON.stringify({ a: list })));
      const work = await workOf(async () => {
        expect((await post(formatOf(schema))).status).toBe(status);
      });
      expectWithin(work, 2_000);
    }
  });
});
