import { afterEach, expect, test } from "vitest";

import type { ErrorKind } from "../../src/core/words/app-error.ts";
import { NO_USAGE } from "../../src/core/words/usage.ts";
import {
  CHAT_PATH,
  JSON_HEADERS,
  postChat,
  say,
  sendRaw,
  startScriptedServer,
  turnStart,
  type ScriptedServer,
} from "../http/scripted-server.ts";
import { expectChatStream } from "./expect-chat-stream.ts";
import { expectDescribedError } from "./expect-described.ts";
import { expectErrorBody, expectModel, expectModelList } from "./expect-openai.ts";

let server: ScriptedServer;
afterEach(() => server.close());

const KINDS: readonly ErrorKind[] = [
  "invalid-request",
  "not-found",
  "queue-full",
  "store-unavailable",
  "shutting-down",
  "not-logged-in",
  "upstream-authentication",
  "upstream-rate-limited",
  "upstream-overloaded",
  "upstream-failed",
  "context-length-exceeded",
  "billing",
  "refusal",
  "timeout",
  "engine-failed",
  "internal",
];

test.each(KINDS)("an error of kind %s has OpenAI's shape, as a body and in a stream", async (kind) => {
  server = await startScriptedServer(async function* (request) {
    if (request.sampling.temperature === 0.5) {
      yield turnStart(request);
      yield { type: "text-delta", text: "half" };
    }
    yield { type: "turn-error", error: { kind, message: "No." }, usage: NO_USAGE, costUsd: 0 };
  });
  for (const stream of [false, true]) {
    const { status, json } = await postChat(server, { stream });
    expect(status).toBeGreaterThanOrEqual(400);
    expect(expectErrorBody(json).error.message).toBe("No.");
    expectDescribedError(json);
  }
  const { status, text } = await postChat(server, { stream: true, temperature: 0.5 });
  expect(status).toBe(200);
  expect(expectChatStream(text).error?.message).toBe("No.");
});

test.each<[number, string, Parameters<typeof sendRaw>[1]]>([
  [400, "bad JSON", { method: "POST", path: CHAT_PATH, headers: JSON_HEADERS, body: "{" }],
  [400, "a missing model", { method: "POST", path: CHAT_PATH, headers: JSON_HEADERS, body: "{}" }],
  [401, "a missing key", { path: "/v1/models" }],
  [403, "a foreign host", { path: "/v1/models", headers: { ...JSON_HEADERS, host: "example.com" } }],
  [404, "an unknown model", { path: "/v1/models/gpt-none", headers: JSON_HEADERS }],
  [404, "an unknown URL", { path: "/v1/nothing", headers: JSON_HEADERS }],
  [405, "another method", { method: "PUT", path: CHAT_PATH, headers: JSON_HEADERS }],
  [
    413,
    "a body too large",
    { method: "POST", path: CHAT_PATH, headers: JSON_HEADERS, body: "x".repeat(2_000_000) },
  ],
  [
    415,
    "no JSON",
    { method: "POST", path: CHAT_PATH, headers: { ...JSON_HEADERS, "content-type": "text/plain" } },
  ],
])("%i for %s has OpenAI's shape", async (status, _, request) => {
  server = await startScriptedServer(say("ok"));
  const answer = await sendRaw(server, request);
  expect(answer.status).toBe(status);
  expectErrorBody(answer.json);
  expectDescribedError(answer.json);
});

test("models have OpenAI's shape", async () => {
  server = await startScriptedServer(say("ok"));
  const list = await sendRaw(server, { path: "/v1/models", headers: JSON_HEADERS });
  expect(expectModelList(list.json).data.length).toBeGreaterThan(0);
  expectModel((await sendRaw(server, { path: "/v1/models/sonnet", headers: JSON_HEADERS })).json);
});
