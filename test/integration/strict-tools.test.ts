import { describe, expect, test } from "vitest";

import { httpError } from "../../src/demo/build-fault.ts";
import { reply, text, toolUse } from "../../src/demo/build-reply.ts";
import type { RecordedRequest } from "../../src/demo/recorded-request.ts";
import { user } from "./ask.ts";
import { shareTurnpike } from "./share-turnpike.ts";
import { startEachTestAfresh } from "./start-each-test-afresh.ts";

const shared = shareTurnpike({ flags: { "turns.upstreamRetries": 0 } });
startEachTestAfresh(shared);

const closed = (properties: object, more: object = {}) => ({
  type: "object",
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
  ...more,
});
const CITY = closed({ city: { type: "string", description: "Its name", enum: ["Ulm", "Bonn"] } });

interface Declared {
  readonly name: string;
  readonly schema: object;
  readonly strict?: boolean;
}

const WAYS = {
  chat: (tools: readonly Declared[]) => [
    "/v1/chat/completions",
    {
      messages: [user("Do it.")],
      tools: tools.map(({ name, schema, strict }) => ({
        type: "function",
        function: { name, parameters: schema, strict },
      })),
    },
  ],
  responses: (tools: readonly Declared[]) => [
    "/v1/responses",
    {
      input: "Do it.",
      store: false,
      tools: tools.map(({ name, schema, strict }) => ({
        type: "function",
        name,
        parameters: schema,
        strict,
      })),
    },
  ],
  messages: (tools: readonly Declared[]) => [
    "/v1/messages",
    {
      max_tokens: 4000,
      messages: [user("Do it.")],
      tools: tools.map(({ name, schema, strict }) => ({ name, input_schema: schema, strict })),
    },
  ],
} as const satisfies Record<string, (tools: readonly Declared[]) => readonly [string, object]>;

async function send(way: keyof typeof WAYS, tools: readonly Declared[], more: object = {}): Promise<string> {
  const [path, body] = WAYS[way](tools);
  const response = await shared().fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ model: "sonnet", ...body, ...more }),
  });
  const answer = await response.text();
  expect(response.status, answer).toBe(200);
  return answer;
}

type SentTool = Readonly<Record<string, unknown>>;
const toolsOf = ({ body }: RecordedRequest) => (body.tools ?? []) as readonly SentTool[];
const strictNames = (request: RecordedRequest) =>
  toolsOf(request)
    .filter(({ strict }) => strict === true)
    .map(({ name }) => name);

describe("a strict tool", () => {
  test.each(["chat", "responses", "messages"] as const)(
    "reaches the model's API as it is: %s",
    async (way) => {
      shared().upstream.respondWith(reply({ blocks: [toolUse("find", { city: "Ulm" })] }));
      const answer = await send(way, [
        { name: "find", schema: CITY, strict: true },
        { name: "lose", schema: CITY, strict: false },
      ]);
      expect(answer).toContain("Ulm");
      const sent = await shared().upstream.waitForRequest(1);
      expect(toolsOf(sent)).toMatchObject([
        { name: "find", input_schema: CITY, strict: true },
        { name: "lose" },
      ]);
      expect(strictNames(sent)).toEqual(["find"]);
    },
  );

  const nested = closed(
    {
      at: { $ref: "#/$defs/place" },
      until: { anyOf: [{ type: "string", format: "date" }, { type: "null" }] },
      tags: { type: "array", items: { $ref: "#/$defs/place" }, minItems: 1 },
      kind: { type: ["string", "null"], enum: ["a", null], default: null },
    },
    {
      $defs: { place: closed({ name: { type: "string" } }) },
      $schema: "https://json-schema.org/draft/2020-12/schema",
    },
  );
  const optional = (count: number) =>
    closed(
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`f${index}`, { type: "string" }])),
      {
        required: [],
      },
    );

  test.each<[string, object, boolean]>([
    ["definitions, unions and formats", nested, true],
    ["no arguments", closed({}), true],
    ["24 optional ones", optional(24), true],
    ["25 optional ones", optional(25), false],
    ["an open object", { type: "object", properties: { a: { type: "string" } }, required: ["a"] }, false],
    ["a limit", closed({ a: { type: "integer", minimum: 1 } }), false],
    ["a pattern", closed({ a: { type: "string", pattern: "^a+$" } }), false],
    [
      "recursion",
      closed({ a: { $ref: "#/$defs/a" } }, { $defs: { a: closed({ a: { $ref: "#/$defs/a" } }) } }),
      false,
    ],
    ["any value", closed({ a: {} }), false],
    ["another format", closed({ a: { type: "string", format: "regex" } }), false],
    ["two at least", closed({ a: { type: "array", items: { type: "string" }, minItems: 2 } }), false],
    ["a name that is no property's", closed({}, { required: ["b"] }), false],
  ])("with %s: what the API cannot enforce is checked here alone", async (_, schema, isSent) => {
    shared().upstream.respondWith(text("No."));
    await send("chat", [{ name: "find", schema, strict: true }]);
    const sent = await shared().upstream.waitForRequest(1);
    expect(toolsOf(sent)).toMatchObject([{ name: "find", input_schema: schema }]);
    expect(strictNames(sent)).toEqual(isSent ? ["find"] : []);
    expect(shared().upstream.requests).toHaveLength(1);
  });

  test("counts with the others and with the answer's format: the first ones, within the API's limits", async () => {
    shared().upstream.respondWith(() => text("{}"));
    const many = Array.from({ length: 25 }, (_, index) => ({
      name: `t${index}`,
      schema: CITY,
      strict: true,
    }));
    await send("chat", many);
    expect(strictNames(await shared().upstream.waitForRequest(1))).toEqual(
      many.slice(0, 20).map(({ name }) => name),
    );
    const format = { name: "answer", schema: optional(10), strict: true };
    await send(
      "chat",
      [
        { name: "ten", schema: optional(10), strict: true },
        { name: "eleven", schema: optional(11), strict: true },
        { name: "four", schema: optional(4), strict: true },
      ],
      { response_format: { type: "json_schema", json_schema: format } },
    );
    const sent = await shared().upstream.waitForRequest(2);
    expect(strictNames(sent)).toEqual(["ten", "four"]);
    expect(sent.body["output_config"]).toMatchObject({ format: { type: "json_schema" } });
  });

  test.each([
    "tools.0.custom: The compiled grammar is too large, which would cause performance issues.",
    "tools.0.custom.strict: Extra inputs are not permitted",
  ])("that the API refuses goes without, and from then on at once: %s", async (message) => {
    const { upstream } = shared();
    const schema = closed({ [`refused_${message.length}`]: { type: "string" } });
    const tools = [{ name: "find", schema, strict: true }];
    upstream.respondWith((request) =>
      strictNames(request).length > 0
        ? httpError(400, { type: "invalid_request_error", message })
        : text("Yes."),
    );
    expect(await send("chat", tools)).toContain("Yes.");
    expect(strictNames(upstream.requests.at(-1) as RecordedRequest)).toEqual([]);
    upstream.clear();
    upstream.respondWith((request) => text(strictNames(request).length === 0 ? "At once." : "No."));
    expect(await send("chat", tools)).toContain("At once.");
    expect(upstream.requests).toHaveLength(1);
  });
});
