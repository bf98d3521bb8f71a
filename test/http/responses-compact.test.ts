import { describe, expect, onTestFinished, test } from "vitest";

import { messageText } from "../../src/core/words/message.ts";
import type { TurnRequest } from "../../src/core/words/turn-request.ts";
import {
  JSON_HEADERS,
  type RawAnswer,
  say,
  type ScriptedServer,
  sendRaw,
  startScriptedServer,
  TURN_END,
  turnStart,
  type TurnScript,
} from "./scripted-server.ts";

async function start(script: TurnScript): Promise<ScriptedServer> {
  const server = await startScriptedServer(script);
  onTestFinished(() => server.close());
  return server;
}

function post(server: ScriptedServer, path: string, body: unknown, key?: string): Promise<RawAnswer> {
  const headers = { ...JSON_HEADERS, ...(key !== undefined && { authorization: `Bearer ${key}` }) };
  return sendRaw(server, { method: "POST", path, headers, body: JSON.stringify(body) });
}

function compact(server: ScriptedServer, body: unknown): Promise<RawAnswer> {
  return post(server, "/v1/responses/compact", body);
}

interface Compaction {
  readonly output: readonly { readonly encrypted_content: string }[];
}

/** Proof for the cast: the answer of a compaction that went well. */
async function compactedItems(server: ScriptedServer, input: unknown): Promise<Compaction["output"]> {
  return ((await compact(server, { model: "sonnet", input })).json as Compaction).output;
}

function textsOf(request: TurnRequest | undefined): readonly string[] {
  return (request?.messages ?? []).map((message) => `${message.role}: ${messageText(message)}`);
}

/** The model refuses prompts of more than this many messages. */
function withRoomFor(count: number): TurnScript {
  return async function* (request, signal) {
    if (request.messages.length <= count) return yield* say("fits")(request, signal);
    const error = { kind: "context-length-exceeded", message: "Too long." } as const;
    yield { type: "turn-error", error, usage: TURN_END.usage, costUsd: 0 };
  };
}

const LONG = Array.from({ length: 15 }, (_, index) => ({
  role: index % 2 === 0 ? "user" : "assistant",
  content: `message ${index}`,
}));

describe("POST /v1/responses/compact", () => {
  test("answers with one item that only this server can read", async () => {
    const server = await start(say("The person ", "likes tea."));
    const answer = await compact(server, {
      model: "sonnet",
      instructions: "Be kind.",
      input: "I like tea.",
      prompt_cache_key: "key",
    });
    expect(answer).toMatchObject({
      status: 200,
      json: {
        id: expect.stringMatching(/^resp_/),
        object: "response.compaction",
        created_at: expect.any(Number),
        output: [
          { type: "compaction", id: expect.stringMatching(/^cmp_/), encrypted_content: expect.any(String) },
        ],
        usage: {
          input_tokens: 35,
          input_tokens_details: { cached_tokens: 20 },
          output_tokens: 7,
          output_tokens_details: { reasoning_tokens: 3 },
          total_tokens: 42,
        },
      },
    });
    expect(answer.text).not.toContain("tea");
  });

  test("asks Claude for a summary, without tools and with little effort", async () => {
    const server = await start(say("Summary."));
    await compact(server, { model: "sonnet", instructions: "Be kind.", input: "I like tea." });
    const [request] = server.requests;
    expect(request).toMatchObject({
      systemText: "Be kind.",
      sampling: { effort: "low" },
      tools: { list: [] },
      target: { profile: { builtinTools: "off" } },
    });
    expect(request?.conversationName).toBeUndefined();
    const texts = textsOf(request);
    expect(texts[0]).toBe("user: I like tea.");
    expect(texts[1]).toMatch(/^user: Write a summary/);
    expect(texts).toHaveLength(2);
  });

  test("the item stands for all before it when it comes back", async () => {
    const server = await start(say("The person likes tea."));
    const output = await compactedItems(server, "I like tea.");
    const developer = { role: "developer", content: "Be brief." };
    const before = { role: "user", content: "I like tea." };
    const after = { role: "user", content: "What do I like?" };
    const answer = await post(server, "/v1/responses", {
      model: "sonnet",
      input: [developer, before, ...output, after],
    });
    expect(answer.status).toBe(200);
    const request = server.requests.at(-1);
    expect(request?.systemText).toBe("Be brief.");
    const texts = textsOf(request);
    expect(texts).toHaveLength(2);
    expect(texts[0]).toMatch(/^user: .*summary.*The person likes tea\.$/s);
    expect(texts[1]).toBe("user: What do I like?");
  });

  test("what was compacted can be compacted again", async () => {
    const server = await start(say("The person likes tea."));
    const output = await compactedItems(server, "I like tea.");
    await compactedItems(server, [...output, { role: "user", content: "And cake." }]);
    expect(textsOf(server.requests.at(-1))).toEqual([
      expect.stringContaining("The person likes tea."),
      "user: And cake.",
      expect.stringMatching(/^user: Write a summary/),
    ]);
  });

  test.each([
    ["of another key", (text: string) => text, "tp-other-key"],
    ["that was changed", (text: string) => `${text.slice(0, -4)}AAAA`, undefined],
    ["that is none of ours", () => "gAAAAABo", undefined],
  ])("an item %s is refused", async (_, change, key) => {
    const server = await start(say("The person likes tea."));
    const output = (await compactedItems(server, "I like tea.")).map((item) => ({
      ...item,
      encrypted_content: change(item.encrypted_content),
    }));
    const answer = await post(server, "/v1/responses", { model: "sonnet", input: output }, key);
    expect(answer).toMatchObject({
      status: 400,
      json: { error: { code: "invalid_encrypted_content", param: "input[0].encrypted_content" } },
    });
    expect(server.requests).toHaveLength(1);
  });

  test("calls of tools are told, also those without a result, and of those that are declared the names are known", async () => {
    const server = await start(say("Summary."));
    await compact(server, {
      model: "sonnet",
      tools: [{ type: "function", name: "weather", parameters: { type: "object", properties: {} } }],
      input: [
        { role: "user", content: "Weather?" },
        { type: "function_call", call_id: "call_1", name: "weather", arguments: "{}" },
        { type: "function_call_output", call_id: "call_1", output: "sunny" },
      ],
    });
    expect(server.requests[0]?.messages.map(({ role }) => role)).toEqual([
      "user",
      "assistant",
      "tool",
      "user",
    ]);
    expect(server.requests[0]?.tools.list).toEqual([]);
  });

  test.each([
    ["no model", { input: "hi" }, 400, { param: "model", code: "missing_required_parameter" }],
    ["nothing to compact", { model: "sonnet" }, 400, { param: "input", code: "missing_required_parameter" }],
    ["an unknown model", { model: "nope", input: "hi" }, 404, { code: "model_not_found" }],
    [
      "an unknown response",
      { model: "sonnet", previous_response_id: "resp_0" },
      400,
      { code: "previous_response_not_found" },
    ],
    ["an item of no kind", { model: "sonnet", input: [{ type: "nope" }] }, 400, { param: "input[0].type" }],
  ])("%s is refused before anybody is asked", async (_, body, status, error) => {
    const server = await start(say("Summary."));
    expect(await compact(server, body)).toMatchObject({ status, json: { error } });
    expect(server.requests).toEqual([]);
  });

  test("a turn that fails fails the request, also after its first words", async () => {
    const server = await start(async function* (request) {
      yield turnStart(request);
      yield { type: "text-delta", text: "The per" };
      const error = { kind: "upstream-overloaded", message: "Busy." } as const;
      yield { type: "turn-error", error, usage: TURN_END.usage, costUsd: 0 };
    });
    const answer = await compact(server, { model: "sonnet", input: "hi" });
    expect(answer).toMatchObject({ status: 503, json: { error: { code: "overloaded" } } });
  });

  test("a conversation that is too long for the model loses its oldest messages", async () => {
    const server = await start(withRoomFor(6));
    expect(await compact(server, { model: "sonnet", input: LONG })).toMatchObject({ status: 200 });
    const texts = textsOf(server.requests.at(-1));
    expect(texts.at(-2)).toBe("user: message 14");
    expect(texts.at(-1)).toMatch(/^user: Write a summary/);
  });
});

describe("truncation", () => {
  test("auto leaves out the oldest messages until the rest fits", async () => {
    const server = await start(withRoomFor(5));
    const answer = await post(server, "/v1/responses", { model: "sonnet", truncation: "auto", input: LONG });
    expect(answer).toMatchObject({ status: 200, json: { status: "completed", truncation: "auto" } });
    const texts = textsOf(server.requests.at(-1));
    expect(texts[0]).toMatch(/^user: /);
    expect(texts.at(-1)).toBe("user: message 14");
    expect(new Set(server.requests.map(({ turnId }) => turnId)).size).toBe(server.requests.length);
    const line = server.logLines.find(({ event }) => event === "request.completed");
    expect(line).not.toHaveProperty("errorKind");
  });

  test("auto gives up when even the last message does not fit", async () => {
    const server = await start(withRoomFor(0));
    const answer = await post(server, "/v1/responses", { model: "sonnet", truncation: "auto", input: LONG });
    expect(answer).toMatchObject({ status: 400, json: { error: { code: "context_length_exceeded" } } });
  });

  test("disabled, the default, says that it is too long", async () => {
    const server = await start(withRoomFor(5));
    const answer = await post(server, "/v1/responses", { model: "sonnet", input: LONG });
    expect(answer).toMatchObject({ status: 400, json: { error: { code: "context_length_exceeded" } } });
    expect(server.requests).toHaveLength(1);
  });
});
