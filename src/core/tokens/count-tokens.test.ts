import { expect, test } from "vitest";

import { CHAT_PROFILE } from "../../../test/engine/turn-fixtures.ts";
import { NO_CLIENT_TOOLS } from "../words/client-tool.ts";
import type { Message } from "../words/message.ts";
import type { TokenPrompt } from "../ports/token-counter.ts";
import type { ModelTarget } from "../words/profile.ts";
import { type AskApi, createTokenCounter } from "./count-tokens.ts";

const NEVER = new AbortController().signal;
const target = (model: string): ModelTarget => ({ modelId: model, model, profile: CHAT_PROFILE });
const promptOf = (...messages: readonly Message[]): TokenPrompt => ({
  systemText: "",
  messages,
  tools: NO_CLIENT_TOOLS,
});
const LONG = promptOf({ role: "user", content: [{ type: "text", text: "word ".repeat(1000) }] });

/** Waits until the signal aborts, as a connection does. */
const hang: AskApi = (_, __, signal) =>
  new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason));
  });

test("the API's word counts", async () => {
  const count = createTokenCounter(async () => 1234);
  expect(await count(LONG, target("sonnet"), NEVER)).toEqual({ tokens: 1234, source: "api" });
});

test.each<[string, AskApi]>([
  ["cannot be asked", async () => undefined],
  ["fails", async () => Promise.reject(new Error("broken"))],
  ["is too slow", hang],
])("the estimate counts where the API %s, by the model that answers", async (_, askApi) => {
  const count = createTokenCounter(askApi, 1);
  const older = await count(LONG, target("claude-haiku-4-5"), NEVER);
  const newer = await count(LONG, { ...target("haiku"), resolvedModel: "claude-haiku-5-5" }, NEVER);
  expect([older.source, newer.source]).toEqual(["estimate", "estimate"]);
  expect(newer.tokens / older.tokens).toBeGreaterThan(1.3);
  // Without a model, counts like the newest.
  expect(await count(LONG, undefined, NEVER)).toEqual(newer);
});

test("thinking, which the API is not asked about, is added", async () => {
  const count = createTokenCounter(async () => 1000);
  const thought = { type: "thinking", text: "hm, so ".repeat(100), signature: "" } as const;
  const answer: Message = { role: "assistant", content: [thought, { type: "text", text: "So." }] };
  const { tokens } = await count(promptOf(answer, ...LONG.messages), target("opus"), NEVER);
  expect(tokens).toBeGreaterThan(1200);
});

test("a client that leaves waits for nothing", async () => {
  const count = createTokenCounter(hang, 60_000);
  const client = new AbortController();
  const counting = count(LONG, target("sonnet"), client.signal);
  client.abort(new Error("gone"));
  await expect(counting).rejects.toThrow("gone");
});
