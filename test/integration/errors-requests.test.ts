import { describe, expect, test } from "vitest";

import { reply, text, textBlock } from "../../src/demo/build-reply.ts";
import { Gate } from "../../src/demo/gate.ts";
import { expectError, type ExpectedError } from "./expect-error.ts";
import { shareTurnpike } from "./share-turnpike.ts";
import { OTHER_API_KEY } from "./start-turnpike.ts";

const INVALID = "invalid_request_error";
const MESSAGES = [{ role: "user", content: "hello" }];

describe("requests that are wrong in themselves", () => {
  const turnpike = shareTurnpike({ flags: { "server.maxBody": "64KiB" } });

  interface Case extends ExpectedError {
    readonly name: string;
    readonly body: string | object;
    readonly headers?: Record<string, string>;
    readonly status: number;
  }

  const cases: readonly Case[] = [
    {
      name: "bad JSON",
      body: '{"model": "sonnet",',
      status: 400,
      type: INVALID,
      code: null,
      message: /JSON/,
    },
    { name: "no body", body: "", status: 400, type: INVALID, code: null, message: /JSON/ },
    { name: "a list", body: "[]", status: 400, type: INVALID, code: "invalid_type" },
    {
      name: "no model",
      body: { messages: MESSAGES },
      status: 400,
      type: INVALID,
      code: "missing_required_parameter",
      param: "model",
    },
    {
      name: "no messages",
      body: { model: "sonnet" },
      status: 400,
      type: INVALID,
      code: "missing_required_parameter",
      param: "messages",
    },
    {
      name: "empty messages",
      body: { model: "sonnet", messages: [] },
      status: 400,
      type: INVALID,
      code: "empty_array",
      param: "messages",
    },
    {
      name: "content of a wrong type",
      body: { model: "sonnet", messages: [...MESSAGES, ...MESSAGES, { role: "user", content: 7 }] },
      status: 400,
      type: INVALID,
      code: "invalid_type",
      param: "messages[2].content",
    },
    {
      name: "a part of a wrong type",
      body: { model: "sonnet", messages: [{ role: "user", content: [{ type: "text", text: 1 }] }] },
      status: 400,
      type: INVALID,
      code: "invalid_type",
      param: "messages[0].content[0].text",
    },
    {
      name: "an unknown role",
      body: { model: "sonnet", messages: [{ role: "robot", content: "hi" }] },
      status: 400,
      type: INVALID,
      code: "invalid_value",
      param: "messages[0].role",
    },
    {
      name: "a stream flag of a wrong type",
      body: { model: "sonnet", messages: MESSAGES, stream: "yes" },
      status: 400,
      type: INVALID,
      code: "invalid_type",
      param: "stream",
    },
    {
      name: "a temperature out of range",
      body: { model: "sonnet", messages: MESSAGES, temperature: 9 },
      status: 400,
      type: INVALID,
      code: "decimal_above_max_value",
      param: "temperature",
    },
    {
      name: "a tool call without its result",
      body: {
        model: "sonnet",
        messages: [
          ...MESSAGES,
          {
            role: "assistant",
            tool_calls: [{ id: "a", type: "function", function: { name: "f", arguments: "{}" } }],
          },
          ...MESSAGES,
        ],
      },
      status: 400,
      type: INVALID,
      code: null,
      param: "messages.[2].role",
      message: /must be followed by tool messages responding to each 'tool_call_id'.*: a$/,
    },
    {
      name: "a result that nobody asked for",
      body: { model: "sonnet", messages: [...MESSAGES, { role: "tool", tool_call_id: "a", content: "x" }] },
      status: 400,
      type: INVALID,
      code: null,
      param: "messages.[1].role",
    },
    {
      name: "a tool with a bad schema",
      body: {
        model: "sonnet",
        messages: MESSAGES,
        tools: [
          { type: "function", function: { name: "good" } },
          { type: "function", function: { name: "bad", parameters: { properties: { a: { type: "x" } } } } },
        ],
      },
      status: 400,
      type: INVALID,
      code: "invalid_function_parameters",
      param: "tools[1].function.parameters",
      message: /'bad'/,
    },
    {
      name: "an image that is none",
      body: {
        model: "sonnet",
        messages: [
          {
            role: "user",
            content: [{ type: "image_url", image_url: { url: "data:image/png;base64,AAAA" } }],
          },
        ],
      },
      status: 400,
      type: INVALID,
      code: "invalid_image_format",
      param: "messages[0].content[0].image_url.url",
    },
    {
      name: "an unknown model",
      body: { model: "gpt-99", messages: MESSAGES },
      status: 404,
      type: INVALID,
      code: "model_not_found",
      param: "model",
      message: /gpt-99/,
    },
    {
      name: "a body that is too large",
      body: { model: "sonnet", messages: [{ role: "user", content: "x".repeat(70_000) }] },
      status: 413,
      type: INVALID,
      code: "request_too_large",
      // By these words opencode knows that it has to compact.
      message: /65536.*reduce the length of the messages/,
    },
    {
      name: "a wrong key",
      body: { model: "sonnet", messages: MESSAGES },
      headers: { authorization: "Bearer nobody" },
      status: 401,
      type: INVALID,
      code: "invalid_api_key",
    },
    {
      name: "no key",
      body: { model: "sonnet", messages: MESSAGES },
      headers: { authorization: "" },
      status: 401,
      type: INVALID,
      code: "invalid_api_key",
    },
    {
      name: "another content type",
      body: { model: "sonnet", messages: MESSAGES },
      headers: { "content-type": "text/plain" },
      status: 415,
      type: INVALID,
      code: "unsupported_media_type",
    },
  ];

  test.each(cases)("$name", async ({ body, headers = {}, ...expected }) => {
    const response = await turnpike().fetch("/v1/chat/completions", {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
    await expectError(response, expected);
    expect(turnpike().upstream.requests).toHaveLength(0);
  });

  test.each([
    { path: "/v1/nothing", code: "unknown_url" },
    { path: "/conversations/nobody", code: "not_found" },
    { path: "/v1/models/gpt-99", code: "model_not_found", param: "model" },
  ])("nothing at $path", async ({ path, ...expected }) => {
    await expectError(await turnpike().fetch(path), { status: 404, type: INVALID, ...expected });
  });
});

describe("a queue that is full", () => {
  const turnpike = shareTurnpike({
    flags: { "sessions.maxSessions": "1", "turns.maxTurnsAtOnce": "1", "turns.queue": "1" },
  });

  test("refuses with 429 and Retry-After, and those in it are served in order", async () => {
    const { upstream, post, until } = turnpike();
    const gate = new Gate();
    upstream.respondWith([
      reply({ blocks: [textBlock("", { chunks: [gate, "first"] })] }),
      text("second"),
      text("fourth"),
    ]);
    const ask = (content: string, key?: string) =>
      post(
        { model: "sonnet", messages: [{ role: "user", content }] },
        key === undefined ? {} : { authorization: `Bearer ${key}` },
      );
    const first = ask("1");
    await gate.reached;
    const second = ask("2");
    await until(({ turns }) => turns.queued === 1);

    const third = await ask("3", OTHER_API_KEY);
    expect(third.headers.get("retry-after")).toBe("2");
    await expectError(third, { status: 429, type: "rate_limit_error", code: "queue_full" });

    gate.release();
    expect(await answerOf(first)).toBe("first");
    expect(await answerOf(second)).toBe("second");
    expect(await answerOf(ask("4"))).toBe("fourth");
  });
});

async function answerOf(response: Promise<Response>): Promise<unknown> {
  // Proof for the cast: a body of another shape fails the test that reads it.
  const body = (await (await response).json()) as { choices: { message: { content: unknown } }[] };
  return body.choices[0]?.message.content;
}
