import type { ChatCompletionMessageParam } from "openai/resources";
import { describe, expect, test } from "vitest";

import { reply, text, textBlock, toolUse } from "../../src/demo/build-reply.ts";
import { Gate } from "../../src/demo/gate.ts";
import { conversationOf, toolNamesOf } from "../upstream/read-request.ts";
import { expectChatChunk } from "../schema/expect-openai.ts";
import { user } from "./ask.ts";
import { runningProcessIds } from "./claude-processes.ts";
import { shareTurnpike } from "./share-turnpike.ts";
import { askWithTools, functionTool, resultsFor, WEATHER } from "./tool-chat.ts";

describe.each(["claude-code", "sonnet"])("model %s", (model) => {
  const shared = shareTurnpike({ spares: 1 });

  test("a round of tools stays on one process, and the model sees its own calls with native results", async () => {
    const turnpike = shared();
    const { upstream } = turnpike;
    upstream.clear();
    upstream.respondWith([
      reply({
        blocks: [textBlock("Let me look."), toolUse("get_weather", { city: "Łódź 🌧" }, { id: "toolu_1" })],
      }),
      text("It rains."),
      text("You are welcome."),
    ]);
    const messages: ChatCompletionMessageParam[] = [user("How is the weather?")];
    const first = await askWithTools(turnpike, messages, { model });
    expect(first).toMatchObject({ text: "Let me look.", finishReason: "tool_calls", placement: "spare" });
    expect(first.calls).toEqual([
      { id: "toolu_1", type: "function", function: { name: "get_weather", arguments: '{"city":"Łódź 🌧"}' } },
    ]);
    const processes = await runningProcessIds();

    messages.push(first.message, ...resultsFor(first.message, () => "rain"));
    const second = await askWithTools(turnpike, messages, { model });
    expect(second).toMatchObject({ text: "It rains.", finishReason: "stop", placement: "hot" });
    messages.push(second.message, user("Thanks."));
    expect(await askWithTools(turnpike, messages, { model })).toMatchObject({
      text: "You are welcome.",
      placement: "hot",
      conversation: first.conversation,
    });
    expect(processes.every((id) => id > 0)).toBe(true);
    expect(turnpike.health().sessions).toMatchObject({ idle: 1, busy: 0 });

    const last = await upstream.waitForRequest(3);
    expect(toolNamesOf(last)).toEqual(["get_weather"]);
    expect(conversationOf(last)).toEqual([
      { role: "user", content: "How is the weather?" },
      {
        role: "assistant",
        content: [
          { type: "text", text: "Let me look." },
          { type: "tool_use", id: "toolu_1", name: "get_weather", input: { city: "Łódź 🌧" } },
        ],
      },
      { role: "user", content: [{ type: "tool_result", tool_use_id: "toolu_1", content: "rain" }] },
      { role: "assistant", content: "It rains." },
      { role: "user", content: "Thanks." },
    ]);
  });
});

describe("calls", () => {
  const shared = shareTurnpike({ spares: 1 });

  test("twenty at once, answered in another order, reach the model in one message", async () => {
    const turnpike = shared();
    turnpike.upstream.clear();
    const ids = Array.from({ length: 20 }, (_, index) => `toolu_p${index}`);
    turnpike.upstream.respondWith([
      reply({ blocks: ids.map((id, index) => toolUse("get_weather", { city: `c${index}` }, { id })) }),
      text("done"),
    ]);
    const first = await askWithTools(turnpike, [user("all")]);
    expect(first.calls.map((call) => call.id)).toEqual(ids);
    expect(first.text).toBeNull();
    const results = resultsFor(first.message, (_, index) => `r${index}`).toReversed();
    const second = await askWithTools(turnpike, [user("all"), first.message, ...results]);
    expect(second).toMatchObject({ text: "done", placement: "hot" });
    const conversation = conversationOf(await turnpike.upstream.waitForRequest(2));
    expect(conversation).toHaveLength(3);
    expect(conversation[2]?.content).toEqual(
      ids.map((id, index) => ({ type: "tool_result", tool_use_id: id, content: `r${index}` })).toReversed(),
    );
  });

  test("thirty rounds in one conversation stay hot", { timeout: 180_000 }, async () => {
    const turnpike = shared();
    turnpike.upstream.clear();
    let round = 0;
    turnpike.upstream.respondWith(() => {
      round += 1;
      return round <= 30
        ? reply({ blocks: [toolUse("get_weather", { city: `round ${round}` })] })
        : text("home");
    });
    const messages: ChatCompletionMessageParam[] = [user("a long way")];
    let answer = await askWithTools(turnpike, messages);
    const placements = [];
    while (answer.calls.length > 0) {
      messages.push(
        answer.message,
        ...resultsFor(answer.message, (call) => `saw ${call.function.arguments}`),
      );
      answer = await askWithTools(turnpike, messages);
      placements.push(answer.placement);
    }
    expect(answer.text).toBe("home");
    expect(placements).toEqual(Array.from({ length: 30 }, () => "hot"));
    expect(conversationOf(await turnpike.upstream.waitForRequest(31))).toHaveLength(61);
  });

  test("a result of 400 kB and arguments of 100 kB go through unharmed", async () => {
    const turnpike = shared();
    turnpike.upstream.clear();
    const city = "żółć 🦆 ".repeat(12_000);
    const result = "line of a large file\n".repeat(20_000);
    turnpike.upstream.respondWith([
      reply({ blocks: [toolUse("get_weather", { city }, { id: "toolu_big", chunkSize: 997 })] }),
      text("read"),
    ]);
    const first = await askWithTools(turnpike, [user("big")]);
    expect(JSON.parse(first.calls[0]?.function.arguments ?? "")).toEqual({ city });
    const results = resultsFor(first.message, () => result);
    const second = await askWithTools(turnpike, [user("big"), first.message, ...results]);
    expect(second).toMatchObject({ text: "read", placement: "hot" });
    const sent = conversationOf(await turnpike.upstream.waitForRequest(2));
    expect(sent[2]?.content).toEqual([{ type: "tool_result", tool_use_id: "toolu_big", content: result }]);
  });

  test("arguments stream as the model writes them, and add up to the whole", async () => {
    const turnpike = shared();
    const gate = new Gate();
    const pieces = ['{"city":', '"Pa', "ris 🗼", '"}'];
    const [first = "", ...rest] = pieces;
    turnpike.upstream.respondWith(
      reply({ blocks: [toolUse("get_weather", null, { id: "toolu_s", chunks: [first, gate, ...rest] })] }),
    );
    const stream = await turnpike.openai.chat.completions.create({
      model: "sonnet",
      messages: [user("stream")],
      tools: [WEATHER],
      stream: true,
    });
    const deltas: unknown[] = [];
    let finishReason: string | null | undefined;
    for await (const chunk of stream) {
      expectChatChunk(chunk);
      const [choice] = chunk.choices;
      deltas.push(...(choice?.delta.tool_calls ?? []));
      finishReason = choice?.finish_reason ?? finishReason;
      // Without this fragment on the way already, the model would wait for ever.
      if (deltas.length === 2) gate.release();
    }
    expect(deltas[0]).toEqual({
      index: 0,
      id: "toolu_s",
      type: "function",
      function: { name: "get_weather", arguments: "" },
    });
    const fragments = deltas.slice(1);
    expect(
      fragments.every((delta) => JSON.stringify(Object.keys(delta as object)) === '["index","function"]'),
    ).toBe(true);
    expect(
      fragments.map((delta) => (delta as { function: { arguments: string } }).function.arguments).join(""),
    ).toBe(pieces.join(""));
    expect(finishReason).toBe("tool_calls");
  });

  test("a call without arguments has an empty object", async () => {
    const turnpike = shared();
    turnpike.upstream.respondWith(reply({ blocks: [toolUse("now", null, { chunks: [] })] }));
    const answer = await askWithTools(turnpike, [user("time?")], { tools: [functionTool("now")] });
    expect(answer.calls.map((call) => call.function)).toEqual([{ name: "now", arguments: "{}" }]);
  });

  test("arguments that are no JSON come as Claude wrote them, and the conversation goes on", async () => {
    const turnpike = shared();
    turnpike.upstream.clear();
    turnpike.upstream.respondWith(({ body }) => {
      if (body.messages.some((message) => JSON.stringify(message).includes("tool_result")))
        return text("I see.");
      return reply({
        blocks: [
          toolUse("get_weather", null, { id: "toolu_bad", chunks: ['{"city": "Par'] }),
          toolUse("get_weather", { city: "Rome" }, { id: "toolu_good" }),
        ],
      });
    });
    const first = await askWithTools(turnpike, [user("broken")]);
    expect(first.calls.map((call) => call.function.arguments)).toEqual(['{"city": "Par', '{"city":"Rome"}']);
    const results = resultsFor(first.message, () => "bad arguments");
    const second = await askWithTools(turnpike, [user("broken"), first.message, ...results]);
    expect(second).toMatchObject({ text: "I see.", finishReason: "stop" });
  });

  test("a tool that was never offered is Claude Code's matter, not the client's", async () => {
    const turnpike = shared();
    turnpike.upstream.clear();
    turnpike.upstream.respondWith([
      reply({ blocks: [toolUse("launch", { where: "moon" })] }),
      text("There is no such tool."),
    ]);
    const answer = await askWithTools(turnpike, [user("launch")]);
    expect(answer).toMatchObject({ text: "There is no such tool.", finishReason: "stop", calls: [] });
  });
});

describe("tools", () => {
  const shared = shareTurnpike({ spares: 1 });

  test("128 of them, with long names, long descriptions and every kind of schema, reach the model as declared", async () => {
    const turnpike = shared();
    turnpike.upstream.clear();
    turnpike.upstream.respondWith(text("ok"));
    const schemas: Record<string, unknown>[] = [
      {
        type: "object",
        properties: { a: { anyOf: [{ type: "string" }, { type: "null" }] } },
        required: ["a"],
      },
      {
        type: "object",
        properties: { node: { $ref: "#/$defs/node" } },
        $defs: { node: { type: "object", properties: { next: { $ref: "#/$defs/node" } } } },
        additionalProperties: false,
      },
      { properties: { b: { const: 1, description: "without a type" } }, type: "object" },
      {
        $schema: "http://json-schema.org/draft-07/schema#",
        type: "object",
        properties: { c: { enum: ["x", 2, null] } },
      },
      { type: "object", properties: { d: { type: ["string", "integer"], pattern: "^\\d+$" }, e: {} } },
    ];
    const tools = Array.from({ length: 128 }, (_, index) =>
      functionTool(`tool-${index}_`.padEnd(64, "x"), schemas[index % schemas.length], {
        description: `${index} ${"word ".repeat(2_000)}end`,
      }),
    );
    await askWithTools(turnpike, [user("many")], { tools });
    const sent = (await turnpike.upstream.waitForRequest(1)).body.tools ?? [];
    const byName = new Map(sent.map((tool) => [tool.name, tool]));
    expect(byName.size).toBe(128);
    for (const { function: declared } of tools) {
      const tool = byName.get(declared.name);
      expect(tool?.["description"]).toBe(declared.description);
      expect(tool?.["input_schema"]).toEqual(declared.parameters);
    }
  });

  test("they may change from request to request, in the same conversation", async () => {
    const turnpike = shared();
    turnpike.upstream.clear();
    turnpike.upstream.respondWith(({ body }) =>
      body.messages.length < 3 ? reply({ blocks: [toolUse("one", {}, { id: "toolu_c" })] }) : text("next"),
    );
    const messages: ChatCompletionMessageParam[] = [user("a")];
    const first = await askWithTools(turnpike, messages, {
      tools: [functionTool("one"), functionTool("two")],
    });
    messages.push(first.message, ...resultsFor(first.message, () => "r"));
    const second = await askWithTools(turnpike, messages, { tools: [functionTool("three")] });
    messages.push(second.message, user("b"));
    const changed = functionTool("three", { type: "object", properties: { new: { type: "string" } } });
    const third = await askWithTools(turnpike, messages, { tools: [changed] });
    expect([second.placement, third.placement]).toEqual(["hot", "hot"]);
    const [one, two, three] = turnpike.upstream.requests;
    expect([one, two, three].map((request) => request && toolNamesOf(request))).toEqual([
      ["one", "two"],
      ["three"],
      ["three"],
    ]);
    expect(three?.body.tools?.[0]?.["input_schema"]).toEqual(changed.function.parameters);
  });

  test("names of Claude Code's own tools are the client's when the client is the agent", async () => {
    const turnpike = shared();
    turnpike.upstream.clear();
    turnpike.upstream.respondWith(
      reply({ blocks: [toolUse("Bash", { command: "ls" }), toolUse("Read", {})] }),
    );
    const tools = [
      functionTool("Bash"),
      functionTool("Read"),
      functionTool("bash"),
      functionTool("mcp__fs__read"),
    ];
    const answer = await askWithTools(turnpike, [user("ls")], { tools, model: "claude-code" });
    expect(answer.calls.map((call) => call.function.name)).toEqual(["Bash", "Read"]);
    expect(toolNamesOf(await turnpike.upstream.waitForRequest(1))).toEqual([
      "Bash",
      "Read",
      "bash",
      "mcp__fs__read",
    ]);
  });

  test("a name that Claude Code keeps to itself is the client's, too", async () => {
    const turnpike = shared();
    turnpike.upstream.clear();
    turnpike.upstream.respondWith(reply({ blocks: [toolUse("ToolSearch", { query: "x" })] }));
    const answer = await askWithTools(turnpike, [user("x")], { tools: [functionTool("ToolSearch")] });
    expect(answer.calls.map((call) => call.function.name)).toEqual(["ToolSearch"]);
    expect(toolNamesOf(await turnpike.upstream.waitForRequest(1))).toEqual(["ToolSearch"]);
  });
});
