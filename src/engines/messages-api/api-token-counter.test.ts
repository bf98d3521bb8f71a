import { expect, test } from "vitest";

import { NO_CLIENT_TOOLS } from "../../core/words/client-tool.ts";
import { SILENT_LOGGER } from "../../core/ports/logger.ts";
import type { TokenPrompt } from "../../core/ports/token-counter.ts";
import type { ModelTarget } from "../../core/words/profile.ts";
import { CHAT_PROFILE } from "../../../test/engine/turn-fixtures.ts";
import { toTranscript } from "../claude/content/to-transcript.ts";
import { ApiTokenCounter } from "./api-token-counter.ts";
import type { JsonAnswer, PostJson } from "./post-json.ts";

const PROMPT: TokenPrompt = {
  systemText: "",
  messages: [{ role: "user", content: [{ type: "text", text: "Hello" }] }],
  tools: NO_CLIENT_TOOLS,
};
const NEVER = new AbortController().signal;

const target = (changes: Partial<ModelTarget> = {}): ModelTarget => ({
  modelId: "sonnet",
  model: "sonnet",
  profile: CHAT_PROFILE,
  ...changes,
});

function bed(answer: JsonAnswer | Error, environment: Record<string, string> = { ANTHROPIC_API_KEY: "key" }) {
  const sent: { url: string; headers: object; body: unknown }[] = [];
  let now = 1_000;
  const post: PostJson = async (url, headers, body) => {
    sent.push({ url, headers, body: JSON.parse(body) });
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const counter = new ApiTokenCounter({
    environment,
    toTranscript,
    clock: () => now,
    logger: SILENT_LOGGER,
    post,
  });
  return { sent, counter, pass: (ms: number) => (now += ms) };
}

const ok = (tokens: number): JsonAnswer => ({ status: 200, headers: {}, body: { input_tokens: tokens } });
const refused = (status: number, headers = {}): JsonAnswer => ({ status, headers, body: {} });

test("the API counts, by the model's full name", async () => {
  const { sent, counter } = bed(ok(8));
  expect(await counter.count(PROMPT, target(), NEVER)).toBe(8);
  const known = target({ model: "opus", resolvedModel: "claude-opus-5[1m]" });
  expect(await counter.count(PROMPT, known, NEVER)).toBe(8);
  expect(sent.map(({ url, body }) => [url, (body as { model: string }).model])).toEqual([
    ["https://api.anthropic.com/v1/messages/count_tokens", "claude-sonnet-5-5"],
    ["https://api.anthropic.com/v1/messages/count_tokens", "claude-opus-5"],
  ]);
});

test("a profile's own credentials and address come before the server's", async () => {
  const { sent, counter } = bed(ok(8));
  const environment = { ANTHROPIC_API_KEY: "other", ANTHROPIC_BASE_URL: "http://127.0.0.1:9" };
  await counter.count(PROMPT, target({ profile: { ...CHAT_PROFILE, environment } }), NEVER);
  expect(sent).toMatchObject([
    { url: "http://127.0.0.1:9/v1/messages/count_tokens", headers: { "x-api-key": "other" } },
  ]);
});

test("nothing is sent without a key, or for a model whose name nobody knows", async () => {
  const without = bed(ok(8), {});
  expect(await without.counter.count(PROMPT, target(), NEVER)).toBeUndefined();
  const unknown = bed(ok(8));
  expect(await unknown.counter.count(PROMPT, target({ model: "default" }), NEVER)).toBeUndefined();
  expect([...without.sent, ...unknown.sent]).toEqual([]);
});

test("a prompt that the API refuses is not counted, and the next one is asked about again", async () => {
  const { sent, counter } = bed(refused(400));
  expect(await counter.count(PROMPT, target(), NEVER)).toBeUndefined();
  await counter.count(PROMPT, target(), NEVER);
  expect(sent).toHaveLength(2);
});

test.each<[string, JsonAnswer | Error, number]>([
  ["cannot be reached", new Error("ECONNREFUSED"), 60_000],
  ["refuses the key", refused(401), 60_000],
  ["does not know the route", refused(404), 60_000],
  ["answers with something else", { status: 200, headers: {}, body: "Welcome!" }, 60_000],
  ["is asked too often", refused(429, { "retry-after": "7" }), 7_000],
  ["asks for a very long wait", refused(529, { "retry-after": "86400" }), 600_000],
])("an API that %s is left alone for a while", async (_, answer, pauseMs) => {
  const { sent, counter, pass } = bed(answer);
  expect(await counter.count(PROMPT, target(), NEVER)).toBeUndefined();
  pass(pauseMs - 1);
  await counter.count(PROMPT, target(), NEVER);
  expect(sent).toHaveLength(1);
  pass(1);
  await counter.count(PROMPT, target(), NEVER);
  expect(sent).toHaveLength(2);
});

test("one that is too slow is left alone too, but not when the client has left", async () => {
  const slow = bed(new Error("aborted"));
  const timeout = AbortSignal.abort(new DOMException("late", "TimeoutError"));
  await expect(slow.counter.count(PROMPT, target(), timeout)).rejects.toThrow("late");
  expect(await slow.counter.count(PROMPT, target(), NEVER)).toBeUndefined();
  expect(slow.sent).toHaveLength(1);
  const left = bed(new Error("aborted"));
  await expect(left.counter.count(PROMPT, target(), AbortSignal.abort(new Error("gone")))).rejects.toThrow(
    "gone",
  );
  await left.counter.count(PROMPT, target(), NEVER);
  expect(left.sent).toHaveLength(2);
});
