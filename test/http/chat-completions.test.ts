import OpenAI, { RateLimitError, type APIError } from "openai";
import { afterEach, expect, test } from "vitest";

import type { ErrorInfo } from "../../src/core/words/app-error.ts";
import { NO_USAGE } from "../../src/core/words/usage.ts";
import { delay } from "../../src/lib/time.ts";
import {
  KEY,
  postChat,
  say,
  startScriptedServer,
  TURN_END,
  turnStart,
  type ScriptedServer,
  type TurnScript,
} from "./scripted-server.ts";

let server: ScriptedServer;
afterEach(() => server.close());

async function connect(script: TurnScript, options = {}): Promise<OpenAI> {
  server = await startScriptedServer(script, { options });
  return new OpenAI({ apiKey: KEY, baseURL: `${server.url}/v1`, maxRetries: 0 });
}

const ASK: OpenAI.ChatCompletionCreateParamsNonStreaming = {
  model: "sonnet",
  messages: [{ role: "user", content: "hello" }],
};

/** A turn that fails, at once or after it has said something. */
function fail(error: ErrorInfo, ...texts: string[]): TurnScript {
  return async function* (request) {
    if (texts.length > 0) yield turnStart(request);
    for (const text of texts) yield { type: "text-delta", text };
    yield { type: "turn-error", error, usage: NO_USAGE, costUsd: 0 };
  };
}

test("a whole answer reaches the official client", async () => {
  const client = await connect(async function* (request) {
    yield turnStart(request);
    yield { type: "reasoning-delta", text: "hm" };
    yield { type: "text-delta", text: "Hello " };
    yield { type: "text-delta", text: "world" };
    yield TURN_END;
  });
  const { data, response } = await client.chat.completions.create({ ...ASK }).withResponse();

  expect(data.choices[0]).toEqual({
    index: 0,
    finish_reason: "stop",
    logprobs: null,
    message: {
      role: "assistant",
      content: "Hello world",
      refusal: null,
      annotations: [],
      reasoning_content: "hm",
    },
  });
  expect(data.model).toBe("sonnet");
  expect(data.id).toMatch(/^chatcmpl-[0-9a-f]{24}$/);
  expect(data.usage).toMatchObject({
    prompt_tokens: 35,
    completion_tokens: 7,
    total_tokens: 42,
    prompt_tokens_details: { cached_tokens: 20 },
    completion_tokens_details: { reasoning_tokens: 3 },
  });
  expect(response.headers.get("x-request-id")).toMatch(/^req_[0-9a-f]{24}$/);
  expect(response.headers.get("x-conversation-id")).toBe("conv_scripted");
  expect(response.headers.get("x-turnpike-placement")).toBe("hot");
  expect(response.headers.has("x-turnpike-ignored")).toBe(false);
});

test("a streamed answer reaches the official client, usage last", async () => {
  const client = await connect(say("one ", "two ", "three"));
  const stream = await client.chat.completions.create({
    ...ASK,
    stream: true,
    stream_options: { include_usage: true },
  });
  const chunks = await Array.fromAsync(stream);

  expect(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? "").join("")).toBe("one two three");
  expect(chunks[0]?.choices[0]?.delta).toEqual({ role: "assistant", content: "" });
  expect(chunks.map((chunk) => chunk.choices[0]?.finish_reason ?? null).filter(Boolean)).toEqual(["stop"]);
  expect(chunks.slice(0, -1).every((chunk) => chunk.usage === null)).toBe(true);
  expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { total_tokens: 42 } });
});

test("each event is one data line with \\n line ends, closed by [DONE]", async () => {
  await connect(say("a\nb", "c"));
  const { status, headers, text } = await postChat(server, { stream: true });

  expect(status).toBe(200);
  expect(headers["content-type"]).toBe("text/event-stream; charset=utf-8");
  expect(text.endsWith("\n\ndata: [DONE]\n\n")).toBe(true);
  expect(text).not.toContain("\r");
  for (const event of text.trimEnd().split("\n\n")) expect(event).toMatch(/^data: [^\n]+$/);
});

test("what the client asked for reaches the turn", async () => {
  const client = await connect(say("ok"));
  const { response } = await client.chat.completions
    .create(
      {
        model: "sonnet:my-notes",
        messages: [
          { role: "system", content: "Be brief." },
          { role: "developer", content: [{ type: "text", text: "And kind." }] },
          { role: "user", content: "/clear" },
        ],
        temperature: 1.5,
        max_completion_tokens: 50,
        stop: ["END"],
        reasoning_effort: "minimal",
        seed: 7,
        user: "somebody",
      },
      { headers: { "X-Conversation-ID": "my-notes" } },
    )
    .withResponse();

  expect(server.requests[0]).toMatchObject({
    protocol: "chat-completions",
    conversationName: "my-notes",
    target: { modelId: "sonnet" },
    systemText: "Be brief.\n\nAnd kind.",
    messages: [{ role: "user", content: [{ type: "text", text: "/clear" }] }],
    sampling: { temperature: 1, maxOutputTokens: 50, stopSequences: ["END"], effort: "minimal" },
  });
  expect(server.requests[0]?.principalId).toMatch(/^key_[0-9a-f]{16}$/);
  expect(response.headers.get("x-turnpike-ignored")).toBe("seed,temperature");
  expect(response.headers.get("x-conversation-id")).toBe("my-notes");
});

test("two different names for the conversation are refused, and a name that is none", async () => {
  await connect(say("ok"));
  const two = await postChat(server, { model: "sonnet:one" }, { "x-conversation-id": "two" });
  expect(two).toMatchObject({ status: 400, json: { error: { param: "X-Conversation-ID" } } });
  for (const name of ["", "a b", "x".repeat(129), "naïve"]) {
    const answer = await postChat(server, {}, { "x-conversation-id": name });
    expect(answer, name).toMatchObject({ status: 400, json: { error: { param: "X-Conversation-ID" } } });
  }
  expect(await postChat(server, { model: "sonnet:" })).toMatchObject({
    status: 400,
    json: { error: { param: "model" } },
  });
  expect(server.requests).toEqual([]);
});

test.each([false, true])("an early failure has its own status, stream: %s", async (stream) => {
  const client = await connect(
    fail({ kind: "upstream-rate-limited", message: "Slow down.", retryAfterMs: 7200 }),
  );
  const error: unknown = await client.chat.completions
    .create({ ...ASK, stream })
    .catch((thrown: unknown) => thrown);

  expect(error).toBeInstanceOf(RateLimitError);
  expect(error).toMatchObject({
    status: 429,
    code: "rate_limit_exceeded",
    type: "rate_limit_error",
    param: null,
  });
  expect((error as APIError).headers?.get("retry-after")).toBe("8");
});

test("a failure in mid-stream is an error event, then the end, and no finish reason", async () => {
  const client = await connect(
    fail({ kind: "upstream-overloaded", message: "Overloaded." }, "some ", "text"),
  );
  const stream = await client.chat.completions.create({ ...ASK, stream: true });
  const texts: string[] = [];
  const finishes: unknown[] = [];
  const reading = (async () => {
    for await (const chunk of stream) {
      texts.push(chunk.choices[0]?.delta.content ?? "");
      finishes.push(chunk.choices[0]?.finish_reason);
    }
  })();
  await expect(reading).rejects.toMatchObject({ code: "overloaded", type: "server_error" });
  expect(texts.join("")).toBe("some text");
  expect(finishes.every((reason) => reason === null)).toBe(true);

  const { text } = await postChat(server, { stream: true });
  const events = text.trimEnd().split("\n\n");
  expect(events.at(-1)).toBe("data: [DONE]");
  expect(JSON.parse(events.at(-2)?.slice("data: ".length) ?? "")).toEqual({
    error: { message: "Overloaded.", type: "server_error", param: null, code: "overloaded" },
  });
});

test("a failure without a stream drops the text that came before it", async () => {
  await connect(fail({ kind: "engine-failed", message: "Claude Code crashed." }, "half an ans"));
  const answer = await postChat(server);
  expect(answer).toMatchObject({ status: 502, json: { error: { code: "engine_failed" } } });
  expect(answer.text).not.toContain("half");
  expect(answer.headers["x-conversation-id"]).toBe("conv_scripted");
});

test.each([false, true])(
  "a runner that breaks its contract gives nothing away, stream: %s",
  async (stream) => {
    await connect(async function* (request) {
      yield turnStart(request);
      await Promise.resolve();
      throw new Error("secret in /home/somebody");
    });
    const answer = await postChat(server, { stream });
    expect(answer).toMatchObject({
      status: 500,
      json: { error: { type: "server_error", code: "internal_error" } },
    });
    expect(answer.text).not.toContain("secret");
    const line = server.logLines.find((each) => each.event === "request.failed");
    expect(line?.["error"]).toMatchObject({ message: "secret in /home/somebody" });
  },
);

test("a stream whose turn stops without an end gets an error event", async () => {
  await connect(async function* (request) {
    yield turnStart(request);
    yield { type: "text-delta", text: "half" };
  });
  const { text } = await postChat(server, { stream: true });
  expect(text).toMatch(/"code":"internal_error"\}\}\n\ndata: \[DONE\]\n\n$/);
});

test("a silent stream is kept alive by comments, and a late failure is still told", async () => {
  const client = await connect(
    async function* (request, signal) {
      await delay(150, signal);
      yield* fail({ kind: "timeout", message: "Too late." })(request, signal);
    },
    { keepAliveMs: 20 },
  );
  const { status, headers, text } = await postChat(server, { stream: true });
  expect(status).toBe(200);
  expect(headers["x-conversation-id"]).toBeUndefined();
  expect(text).toMatch(
    /^(data: \{"id":.*"finish_reason":null\}\]\}\n\n){3,}data: \{"error":.*"code":"timeout"\}\}\n\ndata: \[DONE\]\n\n$/,
  );
  const stream = await client.chat.completions.create({ ...ASK, stream: true });
  const deltas: object[] = [];
  const reading = (async () => {
    for await (const chunk of stream) deltas.push(...chunk.choices.map(({ delta }) => delta));
  })();
  await expect(reading).rejects.toMatchObject({ code: "timeout" });
  expect(deltas.slice(0, 3)).toEqual([{ role: "assistant", content: null }, {}, {}]);
});

test("signs of life come between events too, and only while nothing else does", async () => {
  await connect(
    async function* (request, signal) {
      yield turnStart(request);
      for (let index = 0; index < 20; index += 1) {
        yield { type: "text-delta", text: `${index} ` };
        await delay(5, signal);
      }
      await delay(200, signal);
      yield TURN_END;
    },
    { keepAliveMs: 60 },
  );
  const { text } = await postChat(server, { stream: true });
  const [busy = "", quiet = ""] = text.split('"content":"19 "');
  expect(busy).not.toContain('"delta":{}');
  expect(quiet).toContain('"delta":{},"logprobs":null,"finish_reason":null}]}\n\n');
});

test("one line is logged per request, with its ids and times", async () => {
  await connect(say("ok"));
  await postChat(server, { stream: true }, { "x-client-request-id": "theirs-1" });
  await expect.poll(() => server.logLines.length).toBe(1);
  expect(server.logLines[0]).toMatchObject({
    level: "info",
    event: "request.completed",
    requestId: expect.stringMatching(/^req_/),
    clientRequestId: "theirs-1",
    method: "POST",
    path: "/v1/chat/completions",
    status: 200,
    durationMs: expect.any(Number),
    firstTokenMs: expect.any(Number),
    principal: expect.stringMatching(/^key_/),
    turnId: server.requests[0]?.turnId,
    conversationId: "conv_scripted",
    model: "sonnet",
    placement: "hot",
    usage: TURN_END.usage,
  });
  expect(JSON.stringify(server.logLines)).not.toContain(KEY);
});
