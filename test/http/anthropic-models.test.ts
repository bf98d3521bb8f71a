import Anthropic from "@anthropic-ai/sdk";
import { afterEach, beforeEach, expect, test } from "vitest";

import { CHAT_PROFILE } from "../engine/turn-fixtures.ts";
import { KEY, say, sendRaw, type ScriptedServer, startScriptedServer } from "./scripted-server.ts";

const IDS = [
  "claude-code",
  "opus",
  "claude-opus-5-5",
  "claude-sonnet-4-5",
  "claude-haiku-4-5",
  "claude-3-opus",
];

const describeModel = (id: string) => ({
  id,
  createdAt: 1_700_000_000,
  profile: CHAT_PROFILE,
  model: id,
  displayName: `The ${id}`,
});

let server: ScriptedServer;
let client: Anthropic;
beforeEach(async () => {
  const models = {
    list: () => IDS.map(describeModel),
    resolve: (modelId: string) => ({ target: { modelId, profile: CHAT_PROFILE, model: modelId } }),
  };
  server = await startScriptedServer(say(), { models });
  client = new Anthropic({ apiKey: KEY, baseURL: server.url, maxRetries: 0 });
});
afterEach(() => server.close());

test("the official client lists all models, page by page", async () => {
  const all = await Array.fromAsync(client.models.list({ limit: 2 }));
  expect(all.map(({ id }) => id)).toEqual(IDS);
  const page = await client.models.list({ limit: 4 });
  expect(page).toMatchObject({ has_more: true, first_id: "claude-code", last_id: "claude-sonnet-4-5" });
  const before = await client.models.list({ limit: 2, before_id: "claude-sonnet-4-5" });
  expect(before.data.map(({ id }) => id)).toEqual(["opus", "claude-opus-5-5"]);
  expect(before.has_more).toBe(true);
});

test("a model says what it takes, how large it is and when it ends", async () => {
  expect(await client.models.retrieve("claude-opus-5-5")).toEqual({
    type: "model",
    id: "claude-opus-5-5",
    display_name: "The claude-opus-5-5",
    created_at: "2023-11-14T22:13:20.000Z",
    max_input_tokens: 1_000_000,
    max_tokens: 128_000,
    line: "opus",
    lifecycle: "active",
    deprecated_at: null,
    retires_at: null,
    capabilities: expect.objectContaining({
      effort: {
        supported: true,
        low: { supported: true },
        medium: { supported: true },
        high: { supported: true },
        xhigh: { supported: true },
        max: { supported: true },
      },
      thinking: {
        supported: true,
        types: {
          adaptive: { supported: true },
          between_tools: { supported: false },
          disabled: { supported: false },
          enabled: { supported: false },
        },
      },
      structured_outputs: { supported: true },
    }),
  });
  expect(await client.models.retrieve("claude-sonnet-4-5")).toMatchObject({
    max_input_tokens: 200_000,
    max_tokens: 64_000,
    line: "sonnet",
    retires_at: "2026-11-30T00:00:00.000Z",
    capabilities: { effort: { supported: false }, thinking: { types: { enabled: { supported: true } } } },
  });
  expect(await client.models.retrieve("claude-3-opus")).toMatchObject({ line: "opus", lifecycle: "retired" });
});

test.each([
  ["limit=0", "limit"],
  ["limit=1001", "limit"],
  ["limit=x", "limit"],
  ["after_id=none", "after_id"],
  ["before_id=none", "before_id"],
  ["after_id=opus&before_id=opus", "after_id"],
])("a page that cannot be is a 400 in Anthropic's shape: %s", async (query, param) => {
  const headers = { "x-api-key": KEY, "anthropic-version": "2023-06-01" };
  expect(await sendRaw(server, { path: `/v1/models?${query}`, headers })).toMatchObject({
    status: 400,
    json: {
      type: "error",
      error: { type: "invalid_request_error", message: expect.stringMatching(new RegExp(`^${param}: `)) },
    },
  });
});

test("without a version the shape is OpenAI's, and the answer says that there are two", async () => {
  const answer = await sendRaw(server, { path: "/v1/models", headers: { authorization: `Bearer ${KEY}` } });
  expect(answer).toMatchObject({ status: 200, json: { object: "list" } });
  expect(answer.headers.vary).toContain("anthropic-version");
});
