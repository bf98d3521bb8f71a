import { describe, expect, test } from "vitest";
import * as zod from "zod";

import { reply, text, toolUse } from "../../src/demo/build-reply.ts";
import { conversationOf, toolNamesOf } from "../upstream/read-request.ts";
import { user } from "./ask.ts";
import { shareTurnpike } from "./share-turnpike.ts";
import { startEachTestAfresh } from "./start-each-test-afresh.ts";

const shared = shareTurnpike();
startEachTestAfresh(shared);

const SCHEMA = { type: "object", properties: { x: {} } };
const FUNCTIONS = ["a", "b"].map((name) => ({ type: "function", function: { name, parameters: SCHEMA } }));
const TOOLS = ["a", "b"].map((name) => ({ name, input_schema: SCHEMA }));

function post(path: string, body: object): Promise<Response> {
  return shared().fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json", "anthropic-version": "2023-06-01" },
    body: JSON.stringify({ model: "sonnet", ...body }),
  });
}
const chat = (body: object) => post("/v1/chat/completions", { tools: FUNCTIONS, ...body });
const messages = (body: object) => post("/v1/messages", { tools: TOOLS, max_tokens: 2_000, ...body });

/** A call whose arguments the model spells so. */
const spelled = (name: string, spelling: string) => toolUse(name, {}, { chunks: [spelling], id: "toolu_1" });

const completionSchema = zod.looseObject({
  choices: zod.array(zod.looseObject({ message: zod.looseObject({ tool_calls: zod.array(zod.any()) }) })),
});

describe("arguments that are no JSON", () => {
  const BROKEN = '{"x": tru';

  test("come back to the model in one form, whatever it has in memory", async () => {
    const { upstream } = shared();
    upstream.respondWith([reply({ blocks: [spelled("a", BROKEN)] }), text("Hot."), text("Told.")]);
    const asked = [user("Look.")];
    const first = completionSchema.parse(await (await chat({ messages: asked })).json());
    const [choice] = first.choices;
    expect(choice?.message.tool_calls).toMatchObject([{ function: { name: "a", arguments: BROKEN } }]);
    const told = [...asked, choice?.message, { role: "tool", tool_call_id: "toolu_1", content: "no JSON" }];
    const hot = await chat({ messages: told });
    expect(hot.headers.get("x-turnpike-placement")).toBe("hot");
    const imported = await chat({ messages: [user("Look there."), ...told.slice(1)] });
    expect(imported.headers.get("x-turnpike-placement")).toBe("imported");
    const calls = upstream.requests.slice(1).map((request) => conversationOf(request)[1]);
    expect(calls).toHaveLength(2);
    for (const call of calls)
      expect(call?.content).toEqual([
        { type: "tool_use", id: "toolu_1", name: "a", input: { arguments: BROKEN } },
      ]);
  });

  test("are no reason to leave a call out of a message", async () => {
    shared().upstream.respondWith(reply({ blocks: [spelled("a", BROKEN)] }));
    const answer = await messages({ messages: [user("Look.")] });
    expect(await answer.json()).toMatchObject({
      stop_reason: "tool_use",
      content: [{ type: "tool_use", name: "a", input: { INVALID_JSON: BROKEN } }],
    });
  });
});

test("a message has the numbers of a call as the model spelled them", async () => {
  const spelling = '{"x": [1234567890123456789, 1.0, 2]}';
  shared().upstream.respondWith(reply({ blocks: [spelled("a", spelling)] }));
  const answer = await messages({ messages: [user("Look.")] });
  expect(await answer.text()).toContain('"input":{"x":[1234567890123456789,1.0,2]}');
});

test("a call of another tool than the one that is demanded is no answer", async () => {
  const { upstream } = shared();
  upstream.respondWith([
    reply({ blocks: [toolUse("a", { x: 1 })] }),
    reply({ blocks: [toolUse("b", { x: 2 })] }),
  ]);
  const answer = await chat({
    messages: [user("Look.")],
    tool_choice: { type: "function", function: { name: "b" } },
  });
  const [choice] = completionSchema.parse(await answer.json()).choices;
  expect(choice?.message.tool_calls).toMatchObject([{ function: { name: "b", arguments: '{"x":2}' } }]);
  expect(upstream.requests.map(toolNamesOf)).toEqual([["b"], ["b"]]);
});

describe("who asks", () => {
  test("is told to the model's API as the Messages API tells it", async () => {
    shared().upstream.respondWith(text("Hello."));
    const metadata = { user_id: "0c9f-opaque" };
    const answer = await messages({ messages: [user("hello")], metadata });
    expect(answer.headers.get("x-turnpike-ignored")).toBeNull();
    expect((await shared().upstream.waitForRequest(1)).body["metadata"]).toEqual(metadata);
  });

  test.each([
    ["/v1/chat/completions", { messages: [user("hello")], user: "ada@example.com" }],
    ["/v1/responses", { input: "hello", safety_identifier: "ada@example.com" }],
  ])("is told without a name from %s, and always alike", async (path, body) => {
    const { upstream } = shared();
    upstream.respondWith(() => text("Hello."));
    await (await post(path, body)).text();
    await (await post(path, body)).text();
    const [first, second] = upstream.requests.map(({ body: { metadata } }) => metadata);
    expect(first).toEqual({ user_id: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(second).toEqual(first);
  });

  test("is not told where it is an empty word", async () => {
    shared().upstream.respondWith(text("Hello."));
    await (await post("/v1/chat/completions", { messages: [user("hello")], user: "" })).text();
    const { body } = await shared().upstream.waitForRequest(1);
    expect(body["metadata"]).not.toHaveProperty("user_id", "");
  });
});
