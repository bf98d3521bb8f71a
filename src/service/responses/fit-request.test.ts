import { describe, expect, test } from "vitest";

import { turnRequest } from "../../../test/engine/turn-fixtures.ts";
import type { Message } from "../../core/words/message.ts";
import type { CountTokens } from "../../core/ports/token-counter.ts";
import { countByEstimate } from "../../core/tokens/count-tokens.ts";
import { inputBudget } from "../../core/tokens/input-budget.ts";
import { shortenMessages } from "../../core/tokens/shorten-messages.ts";
import type { TurnRequest } from "../../core/words/turn-request.ts";
import { cutRequest, fitRequest } from "./fit-request.ts";

const NEVER = new AbortController().signal;
const refuseToCount = () => Promise.reject(new Error("asked"));

/** A message of 10,000 words: a dozen of them fit into 200,000 tokens, a hundred into 1,000,000. */
const tenThousandWords = (role: "user" | "assistant"): Message => ({
  role,
  content: [{ type: "text", text: "some words ".repeat(5_000) }],
});
const history = (count: number) =>
  Array.from({ length: count }, (_, index) => tenThousandWords(index % 2 ? "assistant" : "user"));

function requestTo(
  model: string,
  messages: readonly Message[],
  changes: Partial<TurnRequest> = {},
): TurnRequest {
  const request = turnRequest([], changes);
  return { ...request, messages, target: { ...request.target, model } };
}

const fit = (request: TurnRequest, countTokens = countByEstimate) =>
  fitRequest(request, countTokens, shortenMessages, NEVER);
const counted =
  (tokens: number): CountTokens =>
  async () => ({ tokens, source: "api" });

describe("a conversation", () => {
  test("that fits stays as it is, without asking the API", async () => {
    const request = requestTo("claude-opus-5-5", history(41));
    expect(await fit(request, refuseToCount)).toBe(request);
  });

  test("loses its oldest messages where the model's window is too small", async () => {
    const messages = history(41);
    const fitted = await fit(requestTo("claude-haiku-4-5", messages));
    expect(fitted.messages.length).toBeGreaterThan(11);
    expect(fitted.messages.length).toBeLessThan(19);
    expect(fitted.messages).toEqual(messages.slice(-fitted.messages.length));
    expect(fitted.messages[0]?.role).toBe("user");
  });

  test("leaves room for the answer, and for what Claude Code adds", async () => {
    const short = inputBudget(requestTo("claude-haiku-4-5", [], { sampling: { maxOutputTokens: 100 } }));
    const long = inputBudget(requestTo("claude-haiku-4-5", [], { sampling: { maxOutputTokens: 40_000 } }));
    expect(short - long).toBe(39_900);
    const greedy = inputBudget(requestTo("claude-haiku-4-5", [], { sampling: { maxOutputTokens: 64_000 } }));
    expect(greedy).toBeGreaterThan(140_000);
    expect(inputBudget(requestTo("claude-opus-5-5", []))).toBeGreaterThan(960_000);
  });

  test("that the API counts as fitting stays, though the estimate says otherwise", async () => {
    const request = requestTo("claude-haiku-4-5", history(41));
    expect(await fit(request, counted(150_000))).toBe(request);
  });

  test("that the API counts as longer than the estimate loses more", async () => {
    const messages = history(15);
    const byEstimate = await fit(requestTo("claude-haiku-4-5", messages));
    const byApi = await fit(requestTo("claude-haiku-4-5", messages), counted(400_000));
    expect(byApi.messages.length).toBeLessThan(byEstimate.messages.length);
  });

  test("that the API has refused loses a good part of it, until nothing can be left out", () => {
    let request: TurnRequest | undefined = requestTo("claude-haiku-4-5", history(41));
    const lengths: number[] = [];
    for (; request; request = cutRequest(request, shortenMessages)) lengths.push(request.messages.length);
    expect(lengths).toEqual([41, 23, 13, 7, 3, 1]);
  });
});
