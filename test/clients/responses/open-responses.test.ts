import { describe, expect, test } from "vitest";

import { reply, text, textBlock, thinking, toolUse } from "../../../src/demo/build-reply.ts";
import { blocksOf } from "../../../src/demo/messages-body.ts";
import { imageBlock, pngOf } from "../../engine/media-fixtures.ts";
import { shareTurnpike } from "../../integration/share-turnpike.ts";
import { startEachTestAfresh } from "../../integration/start-each-test-afresh.ts";
import { conversationOf, systemPromptOf, toolNamesOf } from "../../upstream/read-request.ts";
import { playRounds } from "../play-rounds.ts";
import { city, cityJson } from "../structured-task.ts";
import { toolRoundsOf } from "../tool-rounds.ts";
import { callsOf, endOf, parseNamedEvents, post, respond, streamResponse, textOf } from "./ask-responses.ts";
import { errorBodySchema, eventSchema } from "./open-responses-schema.ts";

const shared = shareTurnpike();
startEachTestAfresh(shared);

const weatherTool = {
  type: "function",
  name: "get_weather",
  description: "Tells the weather of a place",
  parameters: {
    type: "object",
    properties: { location: { type: "string" } },
    required: ["location"],
  },
};

const user = (content: unknown) => ({ type: "message", role: "user", content });

describe("a response", () => {
  test("has every field, with its default", async () => {
    shared().upstream.respondWith(text("Hello, you."));
    const response = await respond(shared(), { input: [user("Say hello.")] });
    expect(textOf(response)).toBe("Hello, you.");
    expect(response).toMatchObject({
      status: "completed",
      incomplete_details: null,
      error: null,
      previous_response_id: null,
      instructions: null,
      tools: [],
      tool_choice: "auto",
      truncation: "disabled",
      parallel_tool_calls: true,
      text: { format: { type: "text" } },
      top_p: 1,
      presence_penalty: 0,
      frequency_penalty: 0,
      top_logprobs: 0,
      temperature: 1,
      max_output_tokens: null,
      max_tool_calls: null,
      store: true,
      background: false,
      metadata: {},
      safety_identifier: null,
      prompt_cache_key: null,
    });
    expect(response.output).toMatchObject([{ type: "message", role: "assistant", status: "completed" }]);
    expect(response.completed_at).toBeGreaterThanOrEqual(response.created_at);
    expect(response.usage?.output_tokens).toBeGreaterThan(0);
    expect("user" in response).toBe(false);
  });

  test("repeats what was asked for", async () => {
    shared().upstream.respondWith(text("Hello."));
    const asked = {
      instructions: "Be brief.",
      tools: [weatherTool],
      tool_choice: { type: "function", name: "get_weather" },
      truncation: "auto",
      parallel_tool_calls: false,
      max_output_tokens: 500,
      max_tool_calls: 3,
      temperature: 0.5,
      store: false,
      metadata: { topic: "greeting" },
      safety_identifier: "someone",
      prompt_cache_key: "greetings",
      reasoning: { effort: "low", summary: "auto" },
      text: { format: { type: "text" }, verbosity: "low" },
    };
    const response = await respond(shared(), { input: "Say hello.", ...asked });
    expect(response).toMatchObject({ ...asked, tools: [{ ...weatherTool, strict: expect.anything() }] });
  });

  test("streams its events in order", async () => {
    shared().upstream.respondWith(text("One, two, three, four, five, six, seven."));
    const events = await streamResponse(shared(), { input: [user("Count to seven.")] });
    const types = events.map((event) => event.type);
    const [deltas, others] = [
      types.filter((type) => type === "response.output_text.delta"),
      types.filter((type) => type !== "response.output_text.delta"),
    ];
    expect(deltas.length).toBeGreaterThan(1);
    expect(others).toEqual([
      "response.created",
      "response.in_progress",
      "response.output_item.added",
      "response.content_part.added",
      "response.output_text.done",
      "response.content_part.done",
      "response.output_item.done",
      "response.completed",
    ]);
    expect(events.map((event) => event.sequence_number)).toEqual(events.map((_, index) => index));
    expect(textOf(endOf(events))).toBe("One, two, three, four, five, six, seven.");
  });

  test("is incomplete when its tokens run out", async () => {
    const cut = reply({ blocks: [textBlock("One, two")], stopReason: "max_tokens" });
    shared().upstream.respondWith(cut);
    const asked = { input: "Count.", max_output_tokens: 16 };
    const response = await respond(shared(), asked);
    expect(response).toMatchObject({
      status: "incomplete",
      incomplete_details: { reason: "max_output_tokens" },
      output: [{ status: "incomplete" }],
    });
    const events = await streamResponse(shared(), asked);
    expect(events.at(-1)?.type).toBe("response.incomplete");
    expect(endOf(events)).toMatchObject({ status: "incomplete", output: [{ status: "incomplete" }] });
  });
});

describe("input", () => {
  test("a system message, a developer message and instructions", async () => {
    shared().upstream.respondWith(text("Ahoy."));
    const response = await respond(shared(), {
      instructions: "Answer in one word.",
      input: [
        { type: "message", role: "system", content: "You are a pirate." },
        { type: "message", role: "developer", content: [{ type: "input_text", text: "Be kind." }] },
        user("Greet me."),
      ],
    });
    expect(textOf(response)).toBe("Ahoy.");
    const seen = await shared().upstream.waitForRequest(1);
    const system = systemPromptOf(seen);
    for (const part of ["Answer in one word.", "You are a pirate.", "Be kind."])
      expect(system).toContain(part);
    expect(conversationOf(seen)).toEqual([{ role: "user", content: "Greet me." }]);
  });

  test("an image beside text", async () => {
    shared().upstream.respondWith(text("A small square."));
    const data = pngOf(2, 2);
    const content = [
      { type: "input_text", text: "What is it? One sentence." },
      { type: "input_image", image_url: `data:image/png;base64,${data}` },
    ];
    expect(textOf(await respond(shared(), { input: [user(content)] }))).toBe("A small square.");
    expect(conversationOf(await shared().upstream.waitForRequest(1))).toEqual([
      { role: "user", content: [{ type: "text", text: "What is it? One sentence." }, imageBlock(data)] },
    ]);
  });

  test("several turns, by the client's own words", async () => {
    shared().upstream.respondWith(text("You are Alice."));
    const response = await respond(shared(), {
      input: [
        user("I am Alice."),
        { type: "message", role: "assistant", content: "Hello, Alice!" },
        user("Who am I?"),
      ],
    });
    expect(textOf(response)).toBe("You are Alice.");
    expect(conversationOf(await shared().upstream.waitForRequest(1))).toEqual([
      { role: "user", content: "I am Alice." },
      { role: "assistant", content: "Hello, Alice!" },
      { role: "user", content: "Who am I?" },
    ]);
  });

  test("several turns, by the previous response", async () => {
    shared().upstream.respondWith([text("Hello, Alice!"), text("You are Alice.")]);
    const first = await respond(shared(), { input: "I am Alice." });
    const second = await respond(shared(), { input: "Who am I?", previous_response_id: first.id });
    expect(second.previous_response_id).toBe(first.id);
    expect(conversationOf(await shared().upstream.waitForRequest(2))).toEqual([
      { role: "user", content: "I am Alice." },
      { role: "assistant", content: "Hello, Alice!" },
      { role: "user", content: "Who am I?" },
    ]);
  });
});

describe("tools", () => {
  const call = toolUse("get_weather", { location: "San Francisco, CA" }, { chunkSize: 6 });

  test("a call and its result", async () => {
    shared().upstream.respondWith(playRounds([[call]], "Foggy."));
    const input = [user("What's the weather in San Francisco?")];
    const first = await respond(shared(), { input, tools: [weatherTool], store: false });
    expect(first.output).toMatchObject([{ type: "function_call", name: "get_weather", status: "completed" }]);
    const [made] = callsOf(first);
    expect(JSON.parse(made?.arguments ?? "")).toEqual({ location: "San Francisco, CA" });
    const second = await respond(shared(), {
      input: [
        ...input,
        ...first.output,
        { type: "function_call_output", call_id: made?.call_id, output: "fog" },
      ],
      tools: [weatherTool],
      store: false,
    });
    expect(textOf(second)).toBe("Foggy.");
    expect(toolRoundsOf(await shared().upstream.waitForRequest(2))).toEqual([
      [{ name: "get_weather", input: { location: "San Francisco, CA" }, output: "fog" }],
    ]);
  });

  test("a call in a stream", async () => {
    shared().upstream.respondWith(reply({ blocks: [call] }));
    const events = await streamResponse(shared(), { input: "Weather?", tools: [weatherTool] });
    const types = events.map((event) => event.type);
    expect(types.filter((type) => type !== "response.function_call_arguments.delta")).toEqual([
      "response.created",
      "response.in_progress",
      "response.output_item.added",
      "response.function_call_arguments.done",
      "response.output_item.done",
      "response.completed",
    ]);
    expect(types.filter((type) => type === "response.function_call_arguments.delta").length).toBeGreaterThan(
      1,
    );
  });

  test("several calls at once, after some words", async () => {
    const places = ["Oslo", "Rome"];
    shared().upstream.respondWith(
      reply({
        blocks: [
          textBlock("I look at both."),
          ...places.map((location) => toolUse("get_weather", { location })),
        ],
      }),
    );
    const events = await streamResponse(shared(), { input: "Weather?", tools: [weatherTool] });
    const response = endOf(events);
    expect(response.output.map(({ type }) => type)).toEqual(["message", "function_call", "function_call"]);
    expect(new Set(callsOf(response).map(({ call_id: id }) => id)).size).toBe(2);
  });

  test.each([{ choice: "required" }, { choice: { type: "function", name: "get_weather" } }])(
    "tool_choice $choice",
    async ({ choice }) => {
      shared().upstream.respondWith(reply({ blocks: [call] }));
      const response = await respond(shared(), {
        input: "Weather?",
        tools: [weatherTool],
        tool_choice: choice,
      });
      expect(callsOf(response)).toHaveLength(1);
      expect((await shared().upstream.waitForRequest(1)).body["tool_choice"]).toEqual({ type: "auto" });
    },
  );

  test("tools that are not allowed are not called", async () => {
    shared().upstream.respondWith([
      reply({ blocks: [toolUse("send_email", { to: "all" })] }),
      text("I may not."),
    ]);
    const response = await respond(shared(), {
      input: "Mail it.",
      tools: [weatherTool, { type: "function", name: "send_email", parameters: { type: "object" } }],
      tool_choice: {
        type: "allowed_tools",
        mode: "auto",
        tools: [{ type: "function", name: "get_weather" }],
      },
    });
    expect(callsOf(response)).toEqual([]);
    expect(toolNamesOf(await shared().upstream.waitForRequest(1))).toContain("get_weather");
  });
});

describe("reasoning", () => {
  test("its summary comes before the answer", async () => {
    shared().upstream.respondWith(reply({ blocks: [thinking("Two and two."), textBlock("Four.")] }));
    const events = await streamResponse(shared(), { input: "2 + 2?", reasoning: { summary: "auto" } });
    expect(endOf(events).output).toMatchObject([
      { type: "reasoning", summary: [{ type: "summary_text", text: "Two and two." }] },
      { type: "message" },
    ]);
    const types = new Set(events.map((event) => event.type));
    expect(types).toContain("response.reasoning_summary_part.added");
    expect(types).toContain("response.reasoning_summary_text.delta");
    expect(types).toContain("response.reasoning_summary_text.done");
    expect(types).toContain("response.reasoning_summary_part.done");
  });

  test("sealed, it comes back to the model", async () => {
    const { upstream } = shared();
    upstream.respondWith(
      playRounds([[thinking("Which place?"), toolUse("get_weather", { location: "Rome" })]], "Warm."),
    );
    const asked = { tools: [weatherTool], store: false, include: ["reasoning.encrypted_content"] };
    const first = await respond(shared(), { input: [user("Weather?")], ...asked });
    const [reasoning] = first.output;
    if (reasoning?.type !== "reasoning") throw new Error("No reasoning");
    expect(reasoning.encrypted_content).toEqual(expect.any(String));
    expect(reasoning.encrypted_content).not.toContain("Which place?");
    const output = { type: "function_call_output", call_id: callsOf(first)[0]?.call_id, output: "warm" };
    const second = await respond(shared(), { input: [user("Weather?"), ...first.output, output], ...asked });
    expect(textOf(second)).toBe("Warm.");
    const last = await upstream.waitForRequest(2);
    const thoughts = last.body.messages.flatMap(blocksOf).filter(({ type }) => type === "thinking");
    expect(thoughts).toMatchObject([{ thinking: "Which place?", signature: expect.any(String) }]);
  });

  test("without asking there is nothing sealed", async () => {
    shared().upstream.respondWith(reply({ blocks: [thinking("Two and two."), textBlock("Four.")] }));
    const response = await respond(shared(), { input: "2 + 2?" });
    for (const item of response.output) expect("encrypted_content" in item).toBe(false);
  });
});

test("an answer of the shape that was asked for", async () => {
  shared().upstream.respondWith(text(cityJson));
  const response = await respond(shared(), {
    input: "Which city?",
    text: {
      format: {
        type: "json_schema",
        name: "city",
        strict: true,
        schema: {
          type: "object",
          properties: {
            city: { type: "string" },
            population: { type: "number" },
            districts: { type: "array", items: { type: "string" } },
          },
          required: ["city", "population", "districts"],
          additionalProperties: false,
        },
      },
    },
  });
  expect(JSON.parse(textOf(response))).toEqual(city);
  expect(response.text.format).toMatchObject({ type: "json_schema", name: "city", strict: true });
});

describe("errors", () => {
  test.each([
    { name: "unknown model", body: { model: "nobody", input: "Hi" }, status: 404, param: "model" },
    { name: "no input", body: {}, status: 400, param: "input" },
    {
      name: "a wrong item",
      body: { input: [{ type: "message", role: "user" }] },
      status: 400,
      param: /^input\[0\]/,
    },
    { name: "an unknown item", body: { input: [{ type: "riddle" }] }, status: 400, param: /^input\[0\]/ },
    {
      name: "an unknown previous response",
      body: { input: "Hi", previous_response_id: "resp_nobody" },
      status: 400,
      param: "previous_response_id",
    },
  ])("$name is refused before the model is asked", async ({ body, status, param }) => {
    const answer = await post(shared(), "/v1/responses", body);
    expect(answer.status).toBe(status);
    const { error } = errorBodySchema.parse(await answer.json());
    expect(error.param).toMatch(param);
    expect(error.message).not.toBe("");
    expect(shared().upstream.requests).toEqual([]);
  });

  test("an error in the middle of a stream is followed by response.failed", async () => {
    const error = { type: "api_error", message: "Something broke" };
    shared().upstream.respondWith(
      reply({ blocks: [textBlock("", { chunks: ["Half an ", { type: "error-event", error }] })] }),
    );
    const answer = await post(shared(), "/v1/responses", { input: "Hi", stream: true });
    const events = parseNamedEvents(await answer.text()).map((value) => eventSchema.parse(value));
    expect(events.map((event) => event.sequence_number)).toEqual(events.map((_, index) => index));
    expect(endOf(events)).toMatchObject({ status: "failed", error: { message: expect.any(String) } });
    expect(events.at(-1)?.type).toBe("response.failed");
  });
});
