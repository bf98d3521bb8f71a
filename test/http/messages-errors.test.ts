import Anthropic, { InternalServerError } from "@anthropic-ai/sdk";
import { afterEach, expect, test } from "vitest";

import type { ErrorInfo, ErrorKind } from "../../src/core/words/app-error.ts";
import { NO_USAGE } from "../../src/core/words/usage.ts";
import { ASK, MESSAGES_PATH, readSse, startMessagesBed, type MessagesBed } from "./messages-bed.ts";
import { KEY, say, sendRaw, turnStart, type RawAnswer, type TurnScript } from "./scripted-server.ts";

let bed: MessagesBed;
afterEach(() => bed.server.close());

async function connect(script: TurnScript, options = {}): Promise<Anthropic> {
  bed = await startMessagesBed(script, options);
  return bed.client;
}

/** A turn that fails, at once or after it has said something. */
function fail(error: ErrorInfo, ...texts: readonly string[]): TurnScript {
  return async function* (request) {
    if (texts.length > 0) yield turnStart(request);
    for (const text of texts) yield { type: "text-delta", text };
    yield { type: "turn-error", error, usage: NO_USAGE, costUsd: 0 };
  };
}

function expectError(answer: RawAnswer, status: number, type: string, message: unknown = expect.any(String)) {
  expect(answer.status, answer.text).toBe(status);
  expect(answer.json).toEqual({
    type: "error",
    error: { type, message },
    request_id: answer.headers["x-request-id"],
  });
  expect(answer.headers["request-id"]).toBe(answer.headers["x-request-id"]);
  expect(answer.headers["content-type"]).toContain("application/json");
}

test.each<[ErrorKind, number, string]>([
  ["queue-full", 429, "rate_limit_error"],
  ["store-unavailable", 503, "api_error"],
  ["upstream-rate-limited", 429, "rate_limit_error"],
  ["upstream-overloaded", 529, "overloaded_error"],
  ["upstream-authentication", 401, "authentication_error"],
  ["upstream-permission", 403, "permission_error"],
  ["upstream-not-found", 404, "not_found_error"],
  ["upstream-too-large", 413, "request_too_large"],
  ["upstream-failed", 502, "api_error"],
  ["upstream-invalid-request", 400, "invalid_request_error"],
  ["billing", 402, "billing_error"],
  ["not-logged-in", 503, "api_error"],
  ["shutting-down", 503, "overloaded_error"],
  ["timeout", 504, "timeout_error"],
  ["internal", 500, "api_error"],
])("a turn that fails with %s before it says anything", async (kind, status, type) => {
  await connect(fail({ kind, message: "What went wrong." }));
  for (const stream of [false, true])
    expectError(await bed.post({ stream }), status, type, "What went wrong.");
});

test("when to try again, and that it would not help", async () => {
  await connect(fail({ kind: "upstream-rate-limited", message: "Slow down.", retryAfterMs: 2100 }));
  expect((await bed.post()).headers["retry-after"]).toBe("3");
  await bed.server.close();
  await connect(fail({ kind: "billing", message: "No money." }));
  expect((await bed.post()).headers["x-should-retry"]).toBe("false");
});

test("a conversation that is too long is told in the words that clients look for", async () => {
  const client = await connect(fail({ kind: "context-length-exceeded", message: "Shorten it." }));
  await expect(client.messages.create(ASK)).rejects.toThrow(/prompt is too long: Shorten it\./);
});

test("an error in mid-stream is an error event, and nothing looks complete", async () => {
  const client = await connect(fail({ kind: "upstream-overloaded", message: "Overloaded." }, "Half of"));
  const { text, status } = await bed.post({ stream: true });
  expect(status).toBe(200);
  const events = readSse(text);
  expect(events.at(-1)).toMatchObject({
    event: "error",
    data: { type: "error", error: { type: "overloaded_error", message: "Overloaded." } },
  });
  expect(events.map(({ event }) => event)).not.toContain("message_stop");
  const stream = client.messages.stream(ASK);
  await expect(stream.finalMessage()).rejects.toMatchObject({ type: "overloaded_error" });
  await expect(client.messages.create(ASK)).rejects.toThrow(InternalServerError);
});

test("a refusal is an answer that ends so", async () => {
  const refusal = { kind: "refusal", message: "Claude declined." } as const;
  const client = await connect(fail(refusal));
  const expected = {
    stop_reason: "refusal",
    stop_details: { type: "refusal", category: null, explanation: "Claude declined." },
  };
  expect(await client.messages.create(ASK)).toMatchObject({ ...expected, content: [] });
  expect(await client.messages.stream(ASK).finalMessage()).toMatchObject(expected);
  await bed.server.close();
  const other = await connect(fail(refusal, "Well, "));
  expect(await other.messages.create(ASK)).toMatchObject({ ...expected, content: [{ text: "Well, " }] });
});

test("a runner that throws is an api_error that gives nothing away", async () => {
  await connect(async function* (request) {
    yield turnStart(request);
    throw new Error("secret /root/path");
  });
  expectError(await bed.post(), 500, "api_error", expect.not.stringContaining("secret"));
});

test("the key comes as x-api-key or as a bearer token; without a good one the API's 401 follows", async () => {
  await connect(say("ok"));
  const send = (headers: Readonly<Record<string, string>>, path = MESSAGES_PATH) =>
    sendRaw(bed.server, {
      method: "POST",
      path,
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(ASK),
    });
  for (const headers of [
    { "x-api-key": KEY },
    { authorization: `Bearer ${KEY}` },
    { authorization: "Bearer placeholder", "x-api-key": KEY },
    { authorization: `Bearer ${KEY}`, "x-api-key": "placeholder" },
  ]) {
    expect((await send(headers)).status, JSON.stringify(headers)).toBe(200);
  }
  const principals = bed.server.requests.map(({ principalId }) => principalId);
  expect(new Set(principals).size).toBe(1);

  const missing = await send({});
  expectError(missing, 401, "authentication_error");
  expect(missing.text).toContain("x-api-key");
  for (const headers of [
    { "x-api-key": "sk-wrong" },
    { "x-api-key": "" },
    { "x-api-key": `Bearer ${KEY}` },
    { authorization: KEY },
  ]) {
    const wrong = await send(headers);
    expectError(wrong, 401, "authentication_error");
    expect(wrong.text).not.toMatch(/sk-wrong|tp-test/);
  }
  expectError(await send({}, `${MESSAGES_PATH}/count_tokens`), 401, "authentication_error");
  expect(bed.server.requests).toHaveLength(4);
});

test("x-api-key opens the other routes too", async () => {
  await connect(say("ok"));
  const answer = await sendRaw(bed.server, { path: "/v1/models", headers: { "x-api-key": KEY } });
  expect(answer.status).toBe(200);
});

test("what never becomes a turn is told in the API's shape", async () => {
  await connect(say("never"), { maxBodyBytes: 500 });
  const headers = { "x-api-key": KEY, "content-type": "application/json" };
  const send = (method: string, path: string, body?: string, extra: Readonly<Record<string, string>> = {}) =>
    sendRaw(bed.server, { method, path, headers: { ...headers, ...extra }, body });

  expectError(await send("POST", MESSAGES_PATH, "{"), 400, "invalid_request_error");
  expectError(await send("POST", MESSAGES_PATH, "x".repeat(600)), 413, "request_too_large");
  expectError(
    await send("POST", MESSAGES_PATH, "{}", { "content-type": "text/plain" }),
    415,
    "invalid_request_error",
  );
  expectError(await send("POST", MESSAGES_PATH, "{}"), 400, "invalid_request_error", "model: Field required");
  const model = JSON.stringify({ ...ASK, model: "nobody" });
  expectError(await send("POST", MESSAGES_PATH, model), 404, "not_found_error");
  const wrongMethod = await send("GET", MESSAGES_PATH);
  expectError(wrongMethod, 405, "invalid_request_error");
  expect(wrongMethod.headers["allow"]).toBe("POST");
  expectError(await send("POST", `${MESSAGES_PATH}/batches`, "{}"), 404, "not_found_error");
  expectError(await send("POST", MESSAGES_PATH, "{}", { host: "evil.example" }), 403, "permission_error");
  expectError(
    await send("POST", MESSAGES_PATH, "{}", { origin: "https://evil.example" }),
    403,
    "permission_error",
  );
  expect(bed.server.requests).toEqual([]);
});

test("a client of the API with /v1 in its base URL is served all the same", async () => {
  await connect(say("hello"));
  const client = new Anthropic({
    apiKey: KEY,
    authToken: null,
    baseURL: `${bed.server.url}/v1`,
    maxRetries: 0,
  });
  expect((await client.messages.create(ASK)).content).toMatchObject([{ type: "text", text: "hello" }]);
});

test("a wrong URL is told in the shape of the client's API", async () => {
  await connect(say("never"));
  const client = new Anthropic({
    apiKey: KEY,
    authToken: null,
    baseURL: `${bed.server.url}/v1/nowhere`,
    maxRetries: 0,
  });
  await expect(client.messages.create(ASK)).rejects.toMatchObject({ status: 404, type: "not_found_error" });
  const answer = await sendRaw(bed.server, {
    path: "/v1/nothing",
    headers: { authorization: `Bearer ${KEY}` },
  });
  expect(answer.json).toMatchObject({ error: { code: "unknown_url" } });
});

test("the query that clients of betas send makes no difference", async () => {
  const client = await connect(say("ok"));
  const message = await client.beta.messages.create({ ...ASK, betas: ["context-management-2025-06-27"] });
  expect(message.content).toMatchObject([{ type: "text", text: "ok" }]);
});

test("a thread is refused so that clients go on without it", async () => {
  const client = await connect(say("ok"));
  const threaded = { ...ASK, thread: { type: "create" as const } };
  await expect(client.beta.messages.create(threaded)).rejects.toMatchObject({
    status: 400,
    errorCode: "thread_unsupported_request",
  });
  expect(bed.server.requests).toEqual([]);
});
