import type { ChatCompletionCreateParamsNonStreaming } from "openai/resources";
import { describe, expect, test } from "vitest";

import { reply, text, textBlock, toolUse } from "../../src/demo/build-reply.ts";
import { conversationOf, toolNamesOf } from "../upstream/read-request.ts";
import { user } from "./ask.ts";
import { shareTurnpike } from "./share-turnpike.ts";
import { askWithTools, functionTool, resultsFor, WEATHER } from "./tool-chat.ts";

const shared = shareTurnpike();
/** Can be forced to call a tool; how others are made to is in `model-abilities.test.ts`. */
const model = "sonnet/claude-opus-5";
const TIME = functionTool("get_time");
const NAMED = { type: "function", function: { name: "get_time" } } as const;

describe("what the client chooses", () => {
  test.each<[Partial<ChatCompletionCreateParamsNonStreaming>, unknown, string[]]>([
    [{}, undefined, ["get_weather", "get_time"]],
    [{ tool_choice: "auto" }, undefined, ["get_weather", "get_time"]],
    [{ tool_choice: "none" }, { type: "none" }, ["get_weather", "get_time"]],
    [{ tool_choice: "required" }, { type: "any" }, ["get_weather", "get_time"]],
    [{ tool_choice: NAMED }, { type: "tool", name: "get_time" }, ["get_weather", "get_time"]],
    [
      { parallel_tool_calls: false },
      { type: "auto", disable_parallel_tool_use: true },
      ["get_weather", "get_time"],
    ],
    [
      { tool_choice: "required", parallel_tool_calls: false },
      { type: "any", disable_parallel_tool_use: true },
      ["get_weather", "get_time"],
    ],
    [
      { tool_choice: { type: "allowed_tools", allowed_tools: { mode: "required", tools: [NAMED] } } },
      { type: "any" },
      ["get_time"],
    ],
  ])("%j is told to the model", async (options, expected, offered) => {
    const turnpike = shared();
    turnpike.upstream.clear();
    turnpike.upstream.respondWith(text("ok"));
    // One after the other in one process.
    const asked = { model, tools: [WEATHER, TIME], conversation: "choices" };
    await askWithTools(turnpike, [user("?")], { ...asked, ...options });
    const request = await turnpike.upstream.waitForRequest(1);
    expect(request.body["tool_choice"]).toEqual(expected);
    expect(toolNamesOf(request)).toEqual(offered);
    expect(request.body.thinking?.type).toBe("adaptive");
  });

  test("a choice holds for its own turn only", async () => {
    const turnpike = shared();
    turnpike.upstream.clear();
    turnpike.upstream.respondWith([reply({ blocks: [toolUse("get_time", {})] }), text("noon")]);
    const first = await askWithTools(turnpike, [user("t")], {
      model,
      tools: [TIME],
      tool_choice: "required",
    });
    const messages = [user("t"), first.message, ...resultsFor(first.message, () => "12")];
    expect(await askWithTools(turnpike, messages, { model, tools: [TIME] })).toMatchObject({
      placement: "hot",
      text: "noon",
    });
    expect((await turnpike.upstream.waitForRequest(2)).body["tool_choice"]).toBeUndefined();
  });
});

describe("a strict tool", () => {
  const STRICT = functionTool(
    "set_alarm",
    {
      type: "object",
      properties: { hour: { type: "integer", minimum: 0 } },
      required: ["hour"],
      additionalProperties: false,
    },
    { strict: true },
  );

  test("whose arguments do not fit is called again before the client hears of it", async () => {
    const turnpike = shared();
    turnpike.upstream.clear();
    turnpike.upstream.respondWith([
      reply({ blocks: [textBlock("Setting."), toolUse("set_alarm", { hour: "seven" }, { id: "toolu_1" })] }),
      reply({ blocks: [toolUse("set_alarm", { hour: 7 }, { id: "toolu_2" })] }),
      text("Set."),
    ]);
    const first = await askWithTools(turnpike, [user("7")], { tools: [STRICT] });
    expect(first.calls.map((call) => [call.id, call.function.arguments])).toEqual([
      ["toolu_2", '{"hour":7}'],
    ]);
    expect(first.text).toBe("Setting.");
    const repair = conversationOf(await turnpike.upstream.waitForRequest(2)).at(-1)?.content;
    expect(repair).toMatchObject([{ type: "tool_result", tool_use_id: "toolu_1", is_error: true }]);
    expect(JSON.stringify(repair)).toContain("/hour");
    expect(first.body.usage?.completion_tokens).toBeGreaterThan(3);

    const messages = [user("7"), first.message, ...resultsFor(first.message, () => "ok")];
    expect(await askWithTools(turnpike, messages, { tools: [STRICT] })).toMatchObject({
      text: "Set.",
      placement: "hot",
    });
  });

  test("gets one second chance; then the call comes as Claude made it", async () => {
    const turnpike = shared();
    turnpike.upstream.clear();
    turnpike.upstream.respondWith(() => reply({ blocks: [toolUse("set_alarm", { hour: -1 })] }));
    const answer = await askWithTools(turnpike, [user("-1")], { tools: [STRICT] });
    expect(answer.calls.map((call) => call.function.arguments)).toEqual(['{"hour":-1}']);
    expect(turnpike.upstream.requests).toHaveLength(2);
  });

  test("beside another call: both are made again, and come in order", async () => {
    const turnpike = shared();
    turnpike.upstream.clear();
    turnpike.upstream.respondWith([callTwice(null), callTwice(9)]);
    const answer = await askWithTools(turnpike, [user("two")], { tools: [STRICT] });
    expect(answer.calls.map((call) => call.function.arguments)).toEqual(['{"hour":9}', '{"hour":8}']);
  });

  test("that fits costs no further request, in a stream too", async () => {
    const turnpike = shared();
    turnpike.upstream.clear();
    turnpike.upstream.respondWith(reply({ blocks: [toolUse("set_alarm", { hour: 6 })] }));
    const stream = turnpike.openai.chat.completions.stream({
      model: "sonnet",
      messages: [user("6")],
      tools: [STRICT],
    });
    const { choices } = await stream.finalChatCompletion();
    expect(choices[0]?.message.tool_calls?.[0]).toMatchObject({ function: { arguments: '{"hour":6}' } });
    expect(turnpike.upstream.requests).toHaveLength(1);
  });
});

test.each([
  ["none", "disabled", undefined],
  ["low", "adaptive", "low"],
  ["xhigh", "adaptive", "xhigh"],
] as const)("reasoning effort %s", async (effort, thinking, wire) => {
  const turnpike = shared();
  turnpike.upstream.clear();
  turnpike.upstream.respondWith(text("ok"));
  await askWithTools(turnpike, [user("?")], { model, reasoning_effort: effort });
  const { body } = await turnpike.upstream.waitForRequest(1);
  expect(body.thinking?.type).toBe(thinking);
  if (wire) expect(body["output_config"]).toMatchObject({ effort: wire });
});

function callTwice(hour: unknown) {
  return reply({ blocks: [toolUse("set_alarm", { hour }), toolUse("set_alarm", { hour: 8 })] });
}
