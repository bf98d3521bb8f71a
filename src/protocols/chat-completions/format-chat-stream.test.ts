import * as fc from "fast-check";
import type OpenAI from "openai";
import { expect, test } from "vitest";

import { AppError } from "../../core/app-error.ts";
import type { ConversationId, TurnId } from "../../core/ids.ts";
import type { TerminalEvent, TurnEvent } from "../../core/turn-event.ts";
import { NO_USAGE } from "../../core/usage.ts";
import type { OpenAiErrorBody } from "../openai-error.ts";
import type { ChatAnswer } from "./chat-answer.ts";
import { encodeChatStream } from "./encode-chat-stream.ts";
import { formatChatCompletion, type ChatCompletionBody } from "./format-chat-completion.ts";
import { formatChatStream, type ChatChunk } from "./format-chat-stream.ts";

// Proof for the casts: these ids belong to nothing else.
const ANSWER: ChatAnswer = { turnId: "turn_abc" as TurnId, modelId: "sonnet", createdAt: 1_700_000_000_999 };
const START: TurnEvent = {
  type: "turn-start",
  turnId: ANSWER.turnId,
  conversationId: "conv_1" as ConversationId,
  conversationName: "conv_1",
  placement: "spare",
};
const USAGE = {
  inputTokens: 1,
  cacheReadTokens: 2,
  cacheWriteTokens: 4,
  outputTokens: 8,
  reasoningTokens: 3,
};

async function* play(events: readonly TurnEvent[]): AsyncGenerator<TurnEvent> {
  yield* events;
}

function isChunk(item: ChatChunk | OpenAiErrorBody): item is ChatChunk {
  return "choices" in item;
}

const someText = fc.string({ unit: "binary", maxLength: 8 });
const middleEvent: fc.Arbitrary<TurnEvent> = fc.oneof(
  fc.record({ type: fc.constant("text-delta" as const), text: someText }),
  fc.record({ type: fc.constant("reasoning-delta" as const), text: someText }),
  fc.constant<TurnEvent>({ type: "activity-start", activityId: "a", name: "Bash" }),
  fc.constant<TurnEvent>({ type: "activity-end", activityId: "a", isError: false }),
  fc.constant<TurnEvent>({ type: "notice", code: "retry", message: "again" }),
  fc.constant<TurnEvent>({ type: "transcript-append", entry: { role: "assistant", content: "x" } }),
);
const terminal: fc.Arbitrary<TerminalEvent> = fc.oneof(
  fc.record({
    type: fc.constant("turn-end" as const),
    reason: fc.constantFrom("end" as const, "stop-sequence" as const, "length" as const),
    usage: fc.constant(USAGE),
    costUsd: fc.constant(0),
  }),
  fc.constant<TerminalEvent>({
    type: "turn-error",
    error: { kind: "upstream-overloaded", message: "Overloaded." },
    usage: NO_USAGE,
    costUsd: 0,
  }),
);
const turn = fc.record({ middle: fc.array(middleEvent), end: terminal });

function textOf(events: readonly TurnEvent[], type: "text-delta" | "reasoning-delta"): string {
  return events.map((event) => (event.type === type ? event.text : "")).join("");
}

test("any turn becomes chunks with the same content, that end exactly once", async () => {
  await fc.assert(
    fc.asyncProperty(turn, fc.boolean(), async ({ middle, end }, includeUsage) => {
      const events = play([START, ...middle, end]);
      const all = await Array.fromAsync(formatChatStream(events, ANSWER, { includeUsage }));
      const errors = all.filter((item) => !isChunk(item));
      const chunks = all.filter(isChunk);
      const choices = chunks.flatMap((chunk) => [...chunk.choices]);

      expect(choices.map((choice) => choice.delta.content ?? "").join("")).toBe(textOf(middle, "text-delta"));
      expect(choices.map((choice) => choice.delta.reasoning_content ?? "").join("")).toBe(
        textOf(middle, "reasoning-delta"),
      );
      expect(choices[0]?.delta).toEqual({ role: "assistant", content: "" });
      expect(choices.filter((choice) => choice.delta.role !== undefined)).toHaveLength(1);

      const finishes = choices.filter((choice) => choice.finish_reason !== null);
      const isFailed = end.type === "turn-error";
      expect(errors).toHaveLength(isFailed ? 1 : 0);
      expect(finishes).toHaveLength(isFailed ? 0 : 1);
      if (isFailed) expect(all.at(-1)).toBe(errors[0]);
      else expect(choices.at(-1)).toBe(finishes[0]);

      const usages = chunks.filter((chunk) => chunk.usage);
      expect(usages).toHaveLength(includeUsage && !isFailed ? 1 : 0);
      expect(chunks.every((chunk) => "usage" in chunk === includeUsage)).toBe(true);
    }),
  );
});

test("a whole answer holds what the stream would have said", async () => {
  await fc.assert(
    fc.asyncProperty(turn, async ({ middle, end }) => {
      const body = formatChatCompletion(play([START, ...middle, end]), ANSWER);
      if (end.type === "turn-error") {
        await expect(body).rejects.toEqual(new AppError(end.error));
        return;
      }
      const [choice] = (await body).choices;
      expect(choice.message.content).toBe(textOf(middle, "text-delta"));
      expect(choice.message.reasoning_content ?? "").toBe(textOf(middle, "reasoning-delta"));
      expect(choice.finish_reason).toBe(end.reason === "length" ? "length" : "stop");
    }),
  );
});

test("every event of a stream is one line, whatever it holds, and [DONE] comes once and last", async () => {
  await fc.assert(
    fc.asyncProperty(turn, async ({ middle, end }) => {
      const chunks = formatChatStream(play([START, ...middle, end]), ANSWER, { includeUsage: true });
      const frames = await Array.fromAsync(
        encodeChatStream(chunks, (thrown) => expect.unreachable(String(thrown))),
      );
      for (const frame of frames) expect(frame).toMatch(/^data: [^\n\r]+\n\n$/);
      expect(frames.indexOf("data: [DONE]\n\n")).toBe(frames.length - 1);
    }),
  );
});

test("a throw on the way becomes an error event that gives nothing away", async () => {
  const failures: unknown[] = [];
  const failing = (async function* () {
    yield { a: 1 };
    await Promise.resolve();
    throw new Error("secret");
  })();
  const frames = await Array.fromAsync(encodeChatStream(failing, (thrown) => failures.push(thrown)));
  expect(frames).toHaveLength(3);
  expect(frames[1]).toContain('"code":"internal_error"');
  expect(frames.join("")).not.toContain("secret");
  expect(failures).toEqual([new Error("secret")]);
});

test("a turn that never began is an error alone", async () => {
  const error: TurnEvent = {
    type: "turn-error",
    error: { kind: "queue-full", message: "Full." },
    usage: NO_USAGE,
    costUsd: 0,
  };
  expect(await Array.fromAsync(formatChatStream(play([error]), ANSWER, { includeUsage: true }))).toEqual([
    { error: { message: "Full.", type: "rate_limit_error", param: null, code: "queue_full" } },
  ]);
});

test("the bodies are what the official client's types promise", async () => {
  const end: TurnEvent = { type: "turn-end", reason: "end", usage: USAGE, costUsd: 0 };
  const body: ChatCompletionBody = await formatChatCompletion(
    play([START, { type: "text-delta", text: "hi" }, end]),
    ANSWER,
  );
  // Mutable copies, for OpenAI's types know no readonly.
  const asCompletion = { ...body, choices: [...body.choices] } satisfies OpenAI.ChatCompletion;
  expect(asCompletion).toMatchObject({
    id: "chatcmpl-abc",
    object: "chat.completion",
    created: 1_700_000_000,
  });
  expect(asCompletion.usage).toEqual({
    prompt_tokens: 7,
    completion_tokens: 8,
    total_tokens: 15,
    prompt_tokens_details: { cached_tokens: 2, cache_write_tokens: 4, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: 3,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  });
  for await (const chunk of formatChatStream(play([START, end]), ANSWER, { includeUsage: true })) {
    if (!isChunk(chunk)) continue;
    const asChunk = { ...chunk, choices: [...chunk.choices] } satisfies OpenAI.ChatCompletionChunk;
    expect(asChunk).toMatchObject({ id: "chatcmpl-abc", object: "chat.completion.chunk" });
  }
});
