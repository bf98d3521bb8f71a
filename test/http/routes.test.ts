import OpenAI from "openai";
import { afterEach, expect, test } from "vitest";

import type { ConversationId, PrincipalId, TurnId } from "../../src/core/words/ids.ts";
import type {
  ConversationDetails,
  ConversationDirectory,
} from "../../src/core/ports/conversation-directory.ts";
import { ApprovalDesk } from "../../src/core/approvals/approval-desk.ts";
import type { Approvals } from "../../src/core/ports/approvals.ts";
import { configuredKeys } from "../../src/service/access/configured-keys.ts";
import {
  chatBody,
  JSON_HEADERS,
  KEY,
  NO_CONVERSATIONS,
  say,
  sendRaw,
  startScriptedServer,
  type RawAnswer,
  type ScriptedServer,
} from "./scripted-server.ts";
import { REQUEST_BOUNDS } from "../engine/turn-fixtures.ts";

let server: ScriptedServer;
afterEach(() => server.close());

function send(method: string, path: string): Promise<RawAnswer> {
  return sendRaw(server, { method, path, headers: { authorization: `Bearer ${KEY}` } });
}

test("models are listed and found by the official client, ids with slashes too", async () => {
  server = await startScriptedServer(say(), { requestPolicy: { bounds: REQUEST_BOUNDS } });
  const client = new OpenAI({ apiKey: KEY, baseURL: `${server.url}/v1`, maxRetries: 0 });
  const models = await Array.fromAsync(client.models.list());
  expect(models.map((model) => model.id)).toEqual(["sonnet", "vendor/model"]);
  expect(models[0]).toEqual({
    id: "sonnet",
    object: "model",
    created: 1_700_000_000,
    owned_by: "anthropic",
    context_length: 1_000_000,
    context_window: 1_000_000,
    max_model_len: 1_000_000,
    max_input_tokens: 1_000_000,
    max_output_tokens: 128_000,
    max_completion_tokens: 128_000,
    supported_parameters: expect.not.arrayContaining(["temperature"]),
    lifecycle: "active",
    retires_at: null,
    claude: {
      profile: "chat",
      model: "sonnet",
      display_name: "The sonnet",
      resolved_model: "sonnet",
      takes: {
        sampling: "none",
        forced_tools: "words",
        thinking: ["adaptive", "between_tools"],
        effort: ["low", "medium", "high", "xhigh", "max"],
        prefill: false,
        structured_outputs: true,
      },
      permission_mode: "dontAsk",
      builtin_tools: "off",
      isolation: "none",
      sandbox: "off",
      mcp_servers: [],
      agents: [],
      effort: null,
      max_turns: null,
      max_budget_usd: null,
      activity: "shown",
      request_overrides: {
        permission_modes: ["plan", "dontAsk"],
        working_directory: "workspace",
        builtin_tools: false,
        allowed_tools: "none",
        mcp_servers: "none",
        commands: [],
      },
    },
  });
  expect(await client.models.retrieve("vendor/model")).toMatchObject({ id: "vendor/model" });
  expect((await send("GET", "/v1/models/vendor/model")).json).toMatchObject({ id: "vendor/model" });
  expect(await client.models.retrieve("claude-unlisted")).toMatchObject({
    id: "claude-unlisted",
    created: 0,
  });
  expect(await client.models.retrieve("sonnet:some-talk")).toMatchObject({ id: "sonnet" });
  await expect(client.models.retrieve("gpt-none")).rejects.toMatchObject({
    status: 404,
    code: "model_not_found",
  });
});

test("health says what is so, ready says whether turns are taken", async () => {
  server = await startScriptedServer(say());
  expect((await send("GET", "/health/ready")).status).toBe(200);
  for (const status of ["starting", "not-ready", "draining"] as const) {
    server.health = { ...server.health, status, problem: "Claude Code is not logged in." };
    const ready = await send("GET", "/health/ready");
    expect(ready, status).toMatchObject({
      status: 503,
      json: { status, problem: "Claude Code is not logged in." },
    });
    expect((await send("GET", "/health")).status).toBe(200);
    expect((await send("GET", "/health/live")).status).toBe(200);
  }
  expect((await send("GET", "/")).json).toMatchObject({ name: "turnpike", version: "0.0.0-test" });
  expect((await send("HEAD", "/health")).status).toBe(200);
});

test("unknown URLs and methods are refused in OpenAI's words", async () => {
  server = await startScriptedServer(say());
  expect(await send("POST", "/v1/nothing?q=1")).toMatchObject({
    status: 404,
    json: {
      error: {
        message: "Unknown request URL: POST /v1/nothing. Please check the URL for typos.",
        type: "invalid_request_error",
        param: null,
        code: "unknown_url",
      },
    },
  });
  for (const path of ["/conversations", "/conversations/x/items"]) {
    const noV1 = await send("POST", path);
    expect(noV1.status, path).toBe(404);
    expect(noV1.text).toContain(`Perhaps you meant /v1${path}: the base URL ends in /v1.`);
  }
  expect((await send("GET", "/v1/approvals")).text).toContain("Perhaps you meant /approvals");
  const wrongMethod = await send("DELETE", "/v1/chat/completions");
  expect(wrongMethod).toMatchObject({ status: 405, headers: { allow: "GET, POST" } });
  expect(wrongMethod.json).toMatchObject({
    error: {
      message: expect.stringContaining("Not allowed to DELETE on /v1/chat/completions."),
      code: "method_not_supported",
    },
  });
  expect((await send("DELETE", "/v1/models/sonnet")).status).toBe(405);
  expect(await send("PUT", "/conversations/x")).toMatchObject({
    status: 405,
    headers: { allow: "GET, DELETE" },
  });
});

test("HEAD and OPTIONS go where GET goes", async () => {
  server = await startScriptedServer(say());
  for (const path of ["/", "/health", "/v1/models", "/v1/models/sonnet", "/conversations", "/approvals"]) {
    expect(await send("HEAD", path), path).toMatchObject({ status: 200, text: "" });
  }
  expect(await send("HEAD", "/v1/models/gpt-none")).toMatchObject({ status: 404, text: "" });
  expect(await send("HEAD", "/v1/messages")).toMatchObject({ status: 405, headers: { allow: "POST" } });
  expect(await send("OPTIONS", "/v1/models")).toMatchObject({
    status: 204,
    headers: { allow: "GET, HEAD, OPTIONS" },
  });
  expect(await send("OPTIONS", "/v1/chat/completions")).toMatchObject({
    status: 204,
    headers: { allow: "GET, HEAD, POST, OPTIONS" },
  });
  expect((await send("OPTIONS", "/v1/nothing")).status).toBe(404);
  expect((await sendRaw(server, { method: "OPTIONS", path: "/v1/models" })).status).toBe(401);
});

test.each([
  ["/v1/chat/completions", { messages: [{ role: "user", content: "hi" }] }],
  ["/v1/responses", { input: "hi" }],
  ["/v1/messages", { messages: [{ role: "user", content: "hi" }], max_tokens: 10 }],
  ["/v1/messages/count_tokens", { messages: [{ role: "user", content: "hi" }] }],
])("the log's line of a 404 names the model that was asked for: %s", async (path, body) => {
  server = await startScriptedServer(say());
  const model = `gpt-none-${"x".repeat(200)}`;
  const answer = await sendRaw(server, {
    method: "POST",
    path,
    headers: JSON_HEADERS,
    body: JSON.stringify({ model, ...body }),
  });
  expect(answer.status).toBe(404);
  await expect
    .poll(() => server.logLines.at(-1))
    .toMatchObject({ event: "request.completed", status: 404, model: `${model.slice(0, 128)}…` });
});

test("below /v1/messages it is told in Anthropic's words", async () => {
  server = await startScriptedServer(say());
  expect(await send("POST", "/v1/messages/batches")).toMatchObject({
    status: 404,
    json: { error: { type: "not_found_error", message: expect.stringContaining("no batches") } },
  });
});

test("a stream that HEAD would begin is given up at once", async () => {
  const approvals = new ApprovalDesk({ timeoutMs: 60_000, clock: Date.now });
  let readers = 0;
  const watched: Approvals = {
    list: (...given) => approvals.list(...given),
    find: (...given) => approvals.find(...given),
    decide: (...given) => approvals.decide(...given),
    watch(signal) {
      readers += 1;
      signal.addEventListener("abort", () => (readers -= 1));
      return approvals.watch(signal);
    },
  };
  server = await startScriptedServer(say(), {
    approvals: watched,
    options: { keys: configuredKeys({ type: "keys", keys: [KEY], clientsMayApprove: true }) },
  });
  expect(await send("HEAD", "/approvals/stream")).toMatchObject({ status: 200, text: "" });
  expect(readers).toBe(0);
});

test.each([
  ["/v1//models", 200],
  ["/v1/models/", 200],
  ["//v1/models//", 200],
  ["/v1/models/sonnet/", 200],
  ["/v1/v1/models", 200],
  ["/models", 200],
  ["/models/sonnet", 200],
  ["/health/", 200],
])(
  "a path with slashes too many, /v1 twice or not at all is taken as meant: GET %s",
  async (path, status) => {
    server = await startScriptedServer(say());
    expect((await send("GET", path)).status).toBe(status);
  },
);

test.each([
  "/v1/chat/completions/",
  "/v1//chat/completions",
  "//v1/chat/completions",
  "/chat/completions",
  "/v1/v1/chat/completions",
])("so is a turn: POST %s", async (path) => {
  server = await startScriptedServer(say("ok"));
  const answer = await sendRaw(server, { method: "POST", path, headers: JSON_HEADERS, body: chatBody() });
  expect(answer).toMatchObject({ status: 200, json: { object: "chat.completion" } });
});

test("a conversation's name keeps its slashes", async () => {
  const asked: string[] = [];
  const conversations: ConversationDirectory = {
    ...NO_CONVERSATIONS,
    remove: async (_, name) => {
      asked.push(name);
      return true;
    },
  };
  server = await startScriptedServer(say(), { conversations });
  await send("DELETE", "/conversations/a//b/");
  await send("DELETE", "/conversations/a%2F%2Fb");
  expect(asked).toEqual(["a//b/", "a//b"]);
});

test.each([
  ["POST", "/v1/embeddings", "embedding"],
  ["POST", "/embeddings", "embedding"],
  ["POST", "/v1/audio/speech", "audio"],
  ["POST", "/v1/audio/transcriptions", "audio"],
  ["GET", "/v1/realtime", "/v1/responses"],
  ["POST", "/v1/images/generations", "images"],
  ["POST", "/v1/moderations", "response_format"],
  ["POST", "/v1/fine_tuning/jobs", "system message"],
  ["POST", "/v1/batches", "background: true"],
  ["GET", "/v1/batches/batch_1", "background: true"],
  ["GET", "/v1/assistants", "/v1/responses"],
  ["POST", "/v1/threads/runs", "/v1/responses"],
  ["POST", "/v1/vector_stores", "/v1/files"],
  ["POST", "/v1/uploads", "POST /v1/files"],
  ["POST", "/v1/containers", "code_interpreter"],
  ["POST", "/v1/complete", "/v1/messages"],
  ["GET", "/v1/organization/costs", "usage"],
  ["POST", "/api/chat", "OpenAI-compatible"],
])("what is not offered says so, and what to use instead: %s %s", async (method, path, hint) => {
  server = await startScriptedServer(say());
  expect(await send(method, path)).toMatchObject({
    status: 404,
    json: {
      error: {
        message: expect.stringMatching(new RegExp(`This server [\\s\\S]*${hint}`)),
        type: "invalid_request_error",
        param: null,
        code: "unsupported_endpoint",
      },
    },
  });
  const headers = { authorization: `Bearer ${KEY}`, "anthropic-version": "2023-06-01" };
  expect(await sendRaw(server, { method, path, headers })).toMatchObject({
    status: 404,
    json: { type: "error", error: { type: "not_found_error", message: expect.stringContaining(hint) } },
  });
});

// Proof for the casts: these ids belong to nothing else.
const TALK: ConversationDetails = {
  id: "conv_1" as ConversationId,
  principalId: "key_1" as PrincipalId,
  name: "team/talk",
  profile: "default",
  model: "sonnet",
  systemText: "",
  createdAt: 1000,
  updatedAt: 3000,
  turnCount: 1,
  isHot: true,
  session: { id: "sess_1", processId: 42, isBusy: false },
  turns: [
    {
      id: "turn_1" as TurnId,
      conversationId: "conv_1" as ConversationId,
      principalId: "key_1" as PrincipalId,
      placement: "spare",
      protocol: "chat-completions",
      profile: "default",
      model: "sonnet",
      input: [{ role: "user", content: [{ type: "text", text: "hello" }] }],
      answer: { role: "assistant", content: [{ type: "text", text: "hi" }] },
      startedAt: 1000,
      endedAt: 2000,
      status: "completed",
      costUsd: 0.5,
    },
  ],
};

test("conversations are listed, shown and removed for who owns them", async () => {
  const calls: unknown[] = [];
  const conversations: ConversationDirectory = {
    async list(principalId, page) {
      calls.push(["list", principalId, page]);
      return Array.from({ length: page.limit }, () => ({ ...TALK, isHot: true }));
    },
    find: async (_principalId, nameOrId) => (nameOrId === TALK.name ? TALK : undefined),
    async remove(principalId, nameOrId, mode) {
      calls.push(["remove", principalId, nameOrId, mode]);
      return nameOrId === TALK.name;
    },
  };
  server = await startScriptedServer(say(), { conversations });

  const list = await send("GET", "/conversations?limit=2&before=5000");
  expect(list.json).toMatchObject({ object: "list", has_more: true });
  expect((list.json as { data: unknown[] }).data).toHaveLength(2);
  expect(calls.shift()).toEqual(["list", expect.stringMatching(/^key_/), { limit: 3, before: 5000 }]);

  for (const path of ["/conversations/team/talk", "/conversations/team%2Ftalk"]) {
    expect((await send("GET", path)).json, path).toMatchObject({
      id: "conv_1",
      object: "conversation",
      name: "team/talk",
      turn_count: 1,
      is_hot: true,
      session: { id: "sess_1", process_id: 42, is_busy: false },
      turns: [
        {
          id: "turn_1",
          status: "completed",
          input: [{ role: "user", content: "hello" }],
          answer: { role: "assistant", content: "hi" },
          cost_usd: 0.5,
        },
      ],
    });
  }
  expect(await send("GET", "/conversations/none")).toMatchObject({
    status: 404,
    json: { error: { code: "not_found" } },
  });

  expect((await send("DELETE", "/conversations/team%2Ftalk")).json).toEqual({
    id: "team/talk",
    object: "conversation.deleted",
    deleted: true,
  });
  expect((await send("DELETE", "/conversations/team%2Ftalk?mode=evict")).json).toMatchObject({
    deleted: false,
  });
  expect(calls.map((call) => (call as unknown[])[3])).toEqual(["forget", "evict"]);
  expect((await send("DELETE", "/conversations/none")).status).toBe(404);
  expect(await send("DELETE", "/conversations/x?mode=burn")).toMatchObject({
    status: 400,
    json: { error: { param: "mode" } },
  });
  for (const limit of ["0", "101", "x", "1.5", ""]) {
    expect((await send("GET", `/conversations?limit=${limit}`)).status, limit).toBe(400);
  }
});
