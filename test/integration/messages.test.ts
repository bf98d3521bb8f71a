import { Anthropic, BadRequestError } from "@anthropic-ai/sdk";
import { describe, expect, test } from "vitest";

import { errorEvent, httpError } from "../../src/demo/build-fault.ts";
import {
  refusal,
  reply,
  text,
  textBlock,
  thinking,
  toolUse,
  wholeBlock,
} from "../../src/demo/build-reply.ts";
import { conversationOf, systemPromptOf, toolNamesOf } from "../upstream/read-request.ts";
import { taggedSignature } from "../upstream/tagged-signature.ts";
import { shareTurnpike } from "./share-turnpike.ts";
import { startEachTestAfresh } from "./start-each-test-afresh.ts";
import { API_KEY } from "./start-turnpike.ts";

const shared = shareTurnpike({ spares: 1, flags: { "turns.upstreamRetries": 0 } });
startEachTestAfresh(shared);

const connect = () =>
  new Anthropic({ baseURL: shared().url, apiKey: API_KEY, authToken: null, maxRetries: 0 });

const QUESTION = { role: "user" as const, content: "How warm is it?" };
const ASK: Anthropic.MessageCreateParamsNonStreaming = {
  model: "sonnet",
  max_tokens: 3000,
  messages: [QUESTION],
};

const WEATHER: Anthropic.Tool = {
  name: "read_weather",
  description: "Tells the weather of a city",
  input_schema: {
    type: "object",
    properties: { city: { $ref: "#/$defs/city" } },
    $defs: { city: { type: "string" } },
  },
};

/** The request as the model saw it, the n-th since the test began. */
const seen = (count: number) => shared().upstream.waitForRequest(count);

const resultOf = (id: string) => [{ type: "tool_result" as const, tool_use_id: id, content: "20" }];

async function ask(body: Partial<Anthropic.MessageCreateParamsNonStreaming> & object = {}) {
  const { data, response } = await connect()
    .messages.create({ ...ASK, ...body })
    .withResponse();
  return { ...data, placement: response.headers.get("x-turnpike-placement") };
}

describe("answers", () => {
  test("tell what the model's API counted", async () => {
    const usage = { input_tokens: 123, cache_read_input_tokens: 45, output_tokens: 67 };
    shared().upstream.respondWith(reply({ blocks: [textBlock("Warm.")], usage }));
    const whole = await ask();
    expect(whole.usage).toMatchObject(usage);
    shared().upstream.respondWith(reply({ blocks: [textBlock("Warm.")], usage }));
    const streamed = await connect().messages.stream(ASK).finalMessage();
    expect(streamed.usage).toMatchObject(usage);
  });

  test("have thinking as the model sealed it, and it goes back as it came", async () => {
    const sealed = { type: "redacted_thinking", data: taggedSignature("secret") };
    const blocks = [
      thinking("It is noon.", { tag: "noon" }),
      wholeBlock({ type: "redacted_thinking", data: "secret" }),
      textBlock("I look."),
      toolUse("read_weather", { city: "Ulm" }, { id: "toolu_01weather" }),
    ];
    shared().upstream.respondWith([reply({ blocks }), text("20 degrees.")]);
    const asked = { thinking: { type: "adaptive" }, tools: [WEATHER] } as const;
    const stream = connect().messages.stream({ ...ASK, ...asked, tools: [WEATHER] });
    const first = await stream.finalMessage();
    expect(first.content).toMatchObject([
      { type: "thinking", thinking: "It is noon.", signature: taggedSignature("noon") },
      sealed,
      { type: "text", text: "I look." },
      { type: "tool_use", id: "toolu_01weather", name: "read_weather", input: { city: "Ulm" } },
    ]);
    const messages: Anthropic.MessageParam[] = [
      QUESTION,
      { role: "assistant", content: first.content },
      {
        role: "user",
        content: [
          { type: "tool_result", tool_use_id: "toolu_01weather", content: "20 °C" },
          { type: "text", text: "In words, please." },
        ],
      },
    ];
    const last = await ask({ ...asked, tools: [WEATHER], messages });
    expect(last).toMatchObject({ content: [{ text: "20 degrees." }], placement: "hot" });
    const [question, answer, results] = conversationOf(await seen(2));
    expect(question).toEqual(QUESTION);
    expect(answer?.content).toMatchObject([
      { type: "thinking", thinking: "It is noon.", signature: taggedSignature("noon") },
      sealed,
      { type: "text", text: "I look." },
      { type: "tool_use", id: "toolu_01weather", input: { city: "Ulm" } },
    ]);
    expect(results?.content).toMatchObject([
      { type: "tool_result", tool_use_id: "toolu_01weather", content: "20 °C" },
      { type: "text", text: "In words, please." },
    ]);
  });

  test("stop where the client says", async () => {
    shared().upstream.respondWith(
      reply({ blocks: [textBlock("One. ")], stopReason: "stop_sequence", stopSequence: "END" }),
    );
    const stopped = await ask({ stop_sequences: ["END"] });
    expect(stopped).toMatchObject({ stop_reason: "stop_sequence", stop_sequence: "END" });
    expect((await seen(1)).body["stop_sequences"]).toEqual(["END"]);

    shared().upstream.respondWith(reply({ blocks: [textBlock("Well")], stopReason: "max_tokens" }));
    const cut = await ask({ max_tokens: 7 });
    expect(cut).toMatchObject({ stop_reason: "max_tokens", content: [{ text: "Well" }] });
    expect((await seen(2)).body.max_tokens).toBe(7);

    const full = "model_context_window_exceeded";
    shared().upstream.respondWith(reply({ blocks: [textBlock("Well")], stopReason: full }));
    expect(await ask()).toMatchObject({ stop_reason: full, content: [{ text: "Well" }] });
    expect((await connect().messages.stream(ASK).finalMessage()).stop_reason).toBe(full);
  });

  test("follow a format", async () => {
    const schema = { type: "object", properties: { degrees: { type: "number" } }, required: ["degrees"] };
    shared().upstream.respondWith(text('{"degrees": 20}'));
    const message = await ask({
      output_config: { format: { type: "json_schema", schema: { ...schema, additionalProperties: false } } },
    });
    const [block] = message.content;
    expect(block?.type === "text" && JSON.parse(block.text)).toEqual({ degrees: 20 });
  });
});

describe("requests", () => {
  test("reach the model with system text, sampling and tools as they were", async () => {
    shared().upstream.respondWith(text("ok"));
    const longName = "mcp__a_server__".padEnd(128, "x");
    const older = { temperature: 0.25, top_k: 12 };
    await ask({
      model: "sonnet/claude-sonnet-4-6",
      system: [
        { type: "text", text: "Be brief.", cache_control: { type: "ephemeral" } },
        { type: "text", text: "And kind." },
      ],
      tools: [WEATHER, { name: longName, input_schema: { type: "object" } }],
      tool_choice: { type: "tool", name: "read_weather", disable_parallel_tool_use: true },
      thinking: { type: "disabled" },
      ...older,
    });
    const request = await seen(1);
    expect(systemPromptOf(request)).toBe("Be brief.\nAnd kind.");
    expect(toolNamesOf(request).toSorted()).toEqual([longName, "read_weather"]);
    expect(request.body.tools?.find(({ name }) => name === WEATHER.name)).toMatchObject({
      description: WEATHER.description,
      input_schema: WEATHER.input_schema,
    });
    expect(request.body).toMatchObject({
      ...older,
      thinking: { type: "disabled" },
      tool_choice: { type: "tool", name: "read_weather", disable_parallel_tool_use: true },
    });
  });

  test("with a history never seen have it natively, calls, results and pictures included", async () => {
    shared().upstream.respondWith(text("20 degrees."));
    const data =
      "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
    const image = { type: "image", source: { type: "base64", media_type: "image/png", data } } as const;
    const calls = ["toolu_01a", "toolu_01b"].map((id) => ({
      type: "tool_use" as const,
      id,
      name: "read_weather",
      input: { city: id },
    }));
    const message = await ask({
      tools: [WEATHER],
      messages: [
        { role: "user", content: [{ type: "text", text: "Where is this?" }, image] },
        { role: "assistant", content: [{ type: "text", text: "I look." }, ...calls] },
        {
          role: "user",
          content: [
            { type: "tool_result", tool_use_id: "toolu_01a", content: [{ type: "text", text: "20" }, image] },
            { type: "tool_result", tool_use_id: "toolu_01b", content: "broken", is_error: true },
          ],
        },
      ],
    });
    expect(message.placement).toBe("imported");
    const [question, answer, results] = conversationOf(await seen(1));
    expect(question?.content).toMatchObject([{ text: "Where is this?" }, image]);
    expect(answer?.content).toMatchObject([{ text: "I look." }, ...calls]);
    // A process that resumes needs a word to go on, which Claude Code puts behind the results.
    expect(results?.content.slice(0, 2)).toMatchObject([
      { type: "tool_result", tool_use_id: "toolu_01a", content: [{ text: "20" }, image] },
      { type: "tool_result", tool_use_id: "toolu_01b", content: "broken", is_error: true },
    ]);
  });

  test("that are wrong never reach the model", async () => {
    const wrong: Partial<Anthropic.MessageCreateParamsNonStreaming>[] = [
      { messages: [] },
      { messages: [QUESTION, { role: "assistant", content: "The best" }] },
      { tools: [{ type: "web_search_20250305", name: "web_search" }] },
      { messages: [{ role: "user", content: [{ type: "tool_result", tool_use_id: "x" }] }] },
    ];
    for (const body of wrong) await expect(ask(body)).rejects.toThrow(BadRequestError);
    expect(shared().upstream.requests).toEqual([]);
  });
});

describe("conversations", () => {
  test("go on in one process when the history is sent again, with or without marks for the cache", async () => {
    const messages: Anthropic.MessageParam[] = [];
    const placements: (string | null)[] = [];
    for (const turn of ["one", "two", "three"]) {
      shared().upstream.respondWith(text(`answer ${turn}`));
      const block: Anthropic.TextBlockParam = { type: "text", text: `question ${turn}` };
      const content = [block];
      const marked = [{ ...block, cache_control: { type: "ephemeral" as const } }];
      const answer = await ask({ messages: [...messages, { role: "user", content: marked }] });
      placements.push(answer.placement);
      messages.push({ role: "user", content }, { role: "assistant", content: answer.content });
    }
    expect(placements).toEqual(["spare", "hot", "hot"]);
  });

  test("begun in one protocol go on in the other", async () => {
    shared().upstream.respondWith([text("Warm."), text("Yes.")]);
    const { openai } = shared();
    await openai.chat.completions.create({ model: "sonnet", messages: [QUESTION] });
    const next = await ask({
      messages: [QUESTION, { role: "assistant", content: "Warm." }, { role: "user", content: "Sure?" }],
    });
    expect(next).toMatchObject({ placement: "hot", content: [{ text: "Yes." }] });
  });

  test("that are named take results alone", async () => {
    shared().upstream.respondWith([
      reply({ blocks: [toolUse("read_weather", { city: "Ulm" }, { id: "toolu_01named" })] }),
      text("20 degrees."),
    ]);
    const model = "sonnet:trip-to-ulm";
    await ask({ model, tools: [WEATHER] });
    const results = resultOf("toolu_01named");
    const wrong = resultOf("toolu_other");
    await expect(
      ask({ model, tools: [WEATHER], messages: [{ role: "user", content: wrong }] }),
    ).rejects.toThrow(BadRequestError);
    const last = await ask({ model, tools: [WEATHER], messages: [{ role: "user", content: results }] });
    expect(last).toMatchObject({ placement: "hot", content: [{ text: "20 degrees." }] });
    expect(conversationOf(await seen(2)).at(-1)?.content).toMatchObject(results);
  });
});

describe("failures of the model's API", () => {
  test.each([
    [401, 401, "authentication_error"],
    [429, 429, "rate_limit_error"],
    [500, 502, "api_error"],
    [529, 529, "overloaded_error"],
  ])("%i comes as %i %s", async (upstreamStatus, status, type) => {
    shared().upstream.respondWith(httpError(upstreamStatus, { message: "Something is wrong" }));
    await expect(ask()).rejects.toMatchObject({ status, type });
    await expect(connect().messages.stream(ASK).finalMessage()).rejects.toMatchObject({ status, type });
  });

  test("a prompt that is too long is told in the API's words", async () => {
    const message = "prompt is too long: 250000 tokens > 200000 maximum";
    shared().upstream.respondWith(httpError(400, { message }));
    await expect(ask()).rejects.toMatchObject({
      status: 400,
      type: "invalid_request_error",
      apiMessage: expect.stringMatching(/prompt is too long/i),
    });
  });

  test("an error in mid-stream is one for the client too", async () => {
    const broken = textBlock("", { chunks: ["Half of it", errorEvent(), " all."] });
    shared().upstream.respondWith(reply({ blocks: [broken] }));
    await expect(connect().messages.stream(ASK).finalMessage()).rejects.toMatchObject({
      type: "overloaded_error",
    });
  });

  test("a refusal is an answer that ends so", async () => {
    shared().upstream.respondWith(reply({ blocks: [textBlock("Well, ")], stopReason: "refusal" }));
    expect(await ask()).toMatchObject({ stop_reason: "refusal", stop_details: { category: null } });
    shared().upstream.respondWith(refusal({ category: "cyber", explanation: "That breaks into houses." }));
    expect(await ask()).toMatchObject({
      stop_details: { category: "cyber", explanation: expect.stringContaining("That breaks into houses.") },
    });
  });
});
