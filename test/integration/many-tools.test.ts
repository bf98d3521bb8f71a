import { expect, test } from "vitest";

import { reply, text, toolUse } from "../../src/demo/build-reply.ts";
import { toolNamesOf } from "../upstream/read-request.ts";
import { user } from "./ask.ts";
import { shareTurnpike } from "./share-turnpike.ts";
import { startEachTestAfresh } from "./start-each-test-afresh.ts";

const shared = shareTurnpike();
startEachTestAfresh(shared);

const COUNT = 300;
/** As MCP servers describe theirs: two or three thousand characters each. */
const TOOLS = Array.from({ length: COUNT }, describeTool);

function describeTool(_: unknown, index: number) {
  const fields = Array.from({ length: 15 }, (__, position) => fieldOf(index, position));
  return {
    name: `tool_${index}`,
    description: `Does thing ${index}. ${"It is described at length. ".repeat(12)}`,
    parameters: {
      type: "object",
      properties: Object.fromEntries(fields.map((field, position) => [`field_${position}`, field])),
      required: ["field_1"],
    },
  };
}

function fieldOf(index: number, position: number) {
  const description = `Field ${position} of tool ${index}. ${"More about it. ".repeat(4)}`;
  if (position % 3 > 0) return { type: "string", description };
  const choices = { anyOf: [{ type: "string" }, { type: "number" }] };
  return { type: "object", description, properties: { a: choices, b: { type: "array", items: choices } } };
}

function post(path: string, body: object): Promise<Response> {
  return shared().fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ model: "sonnet", ...body }),
  });
}

const ways = [
  {
    way: "responses",
    ask: (tools: typeof TOOLS) =>
      post("/v1/responses", { input: "Do it.", tools: tools.map((tool) => ({ type: "function", ...tool })) }),
  },
  {
    way: "strict chat completions",
    ask: (tools: typeof TOOLS) =>
      post("/v1/chat/completions", {
        messages: [user("Do it.")],
        tools: tools.map((tool) => ({ type: "function", function: { ...tool, strict: true } })),
      }),
  },
  {
    way: "messages",
    ask: (tools: typeof TOOLS) =>
      post("/v1/messages", {
        max_tokens: 1000,
        messages: [user("Do it.")],
        tools: tools.map(({ parameters, ...tool }) => ({ ...tool, input_schema: parameters })),
      }),
  },
];

test.each(ways)("all of 300 tools reach the model by $way", async ({ ask }) => {
  shared().upstream.respondWith(reply({ blocks: [toolUse(`tool_${COUNT - 1}`, { field_1: "x" })] }));
  const answer = await ask(TOOLS);
  expect(answer.status, await answer.clone().text()).toBe(200);
  expect(await answer.text()).toContain(`"tool_${COUNT - 1}"`);
  const request = await shared().upstream.waitForRequest(1);
  expect(toolNamesOf(request).toSorted()).toEqual(TOOLS.map(({ name }) => name).toSorted());
});

test("arguments are checked of a tool that comes late among many", async () => {
  const name = `tool_${COUNT - 1}`;
  shared().upstream.respondWith([
    reply({ blocks: [toolUse(name, { field_1: 5 })] }),
    reply({ blocks: [toolUse(name, { field_1: "five" })] }),
  ]);
  const answer = await ways[0]?.ask(TOOLS);
  expect(await answer?.json()).toMatchObject({
    output: [{ type: "function_call", name, arguments: '{"field_1":"five"}' }],
  });
  expect(JSON.stringify((await shared().upstream.waitForRequest(2)).body.messages.at(-1))).toContain(
    "must be string",
  );
});

test.each(ways)("too many, or too large ones, are a 400 that says so by $way", async ({ ask }) => {
  const [tool] = TOOLS;
  if (!tool) return expect.unreachable("no tool");
  const many = Array.from({ length: 1001 }, (_, index) => ({ ...tool, name: `t_${index}` }));
  const large = [{ ...tool, description: "x".repeat(4 * 1024 * 1024) }];
  for (const [tools, words] of [
    [many, /\b1000\b.*\b1001\b/],
    [large, /too large.*\b4194304\b/],
  ] as const) {
    const answer = await ask(tools);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: { message: expect.stringMatching(words) } });
  }
  shared().upstream.respondWith(text("No."));
  expect(shared().upstream.requests).toEqual([]);
});
