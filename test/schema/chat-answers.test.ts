import * as fc from "fast-check";
import OpenAI from "openai";
import { expect, test } from "vitest";

import { through } from "../../src/lib/staged-stream.ts";
import type { BranchEvent } from "../../src/protocols/branch-event.ts";
import { ACTIVITY_FORMS } from "../../src/protocols/claude-settings/activity-form.ts";
import type { ChatAnswer } from "../../src/protocols/chat-completions/chat-answer.ts";
import {
  encodeChatChunk,
  encodeChatStream,
} from "../../src/protocols/chat-completions/encode-chat-stream.ts";
import { formatChatCompletion } from "../../src/protocols/chat-completions/format-chat-completion.ts";
import { ChatStream } from "../../src/protocols/chat-completions/format-chat-stream.ts";
import { failedTurn, goodTurn, interleave, TURN_ID, type Said } from "./chat-turns.ts";
import { expectChatStream } from "./expect-chat-stream.ts";
import { expectDescribed } from "./expect-described.ts";
import { expectChatCompletion } from "./expect-openai.ts";

const answerOf = (branchCount: number, isLegacyFunctions: boolean, tellsAgent = true): ChatAnswer => ({
  turnId: TURN_ID,
  modelId: "sonnet",
  createdAt: 1_700_000_000_999,
  branchCount,
  isLegacyFunctions,
  tellsAgent,
});

async function* play(events: readonly BranchEvent[]): AsyncGenerator<BranchEvent> {
  yield* events;
}

/** `silences`: after which frames nothing came for long. */
async function encode(
  events: readonly BranchEvent[],
  answer: ChatAnswer,
  includeUsage: boolean,
  silences: readonly number[] = [],
) {
  const stream = new ChatStream(answer, { includeUsage });
  const frames: string[] = [];
  const fillSilence = () => {
    const sign = silences.includes(frames.length) && stream.signOfLife();
    if (sign) frames.push(encodeChatChunk(sign));
  };
  fillSilence();
  for await (const frame of through(play(events), encodeChatStream(stream))) {
    frames.push(frame);
    fillSilence();
  }
  return frames.join("");
}

/** The official client, at the end of a network that cuts what it carries at these places. */
function clientOf(stream: string, cuts: readonly number[]): OpenAI {
  const bytes = new TextEncoder().encode(stream);
  const edges = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  const parts = edges.slice(1).map((edge, index) => bytes.slice(edges[index], edge));
  const fetch = async () =>
    new Response(ReadableStream.from(parts), { headers: { "content-type": "text/event-stream" } });
  return new OpenAI({ apiKey: "none", baseURL: "http://127.0.0.1/v1", maxRetries: 0, fetch });
}

/** What the client's own accumulator makes of a stream. */
function accumulate(stream: string, cuts: readonly number[]) {
  return clientOf(stream, cuts)
    .chat.completions.stream({ model: "sonnet", messages: [{ role: "user", content: "hello" }] })
    .finalChatCompletion();
}

/** The parts of a message that were said. */
function told({ content, tool_calls, function_call }: OpenAI.ChatCompletionMessage) {
  return {
    content,
    tool_calls:
      tool_calls?.map((call) => ({ id: call.id, ...(call.type === "function" && call.function) })) ?? [],
    function_call: function_call && { name: function_call.name, arguments: function_call.arguments },
  };
}

function expectSaid(message: OpenAI.ChatCompletionMessage, said: Said, isLegacyFunctions: boolean): void {
  const [first] = said.calls;
  expect(told(message)).toEqual({
    content: said.text === "" && first ? null : said.text,
    tool_calls: isLegacyFunctions ? [] : said.calls,
    function_call: isLegacyFunctions && first ? { name: first.name, arguments: first.arguments } : undefined,
  });
}

const goodAnswer = fc
  .array(goodTurn, { minLength: 1, maxLength: 3 })
  .chain((turns) => fc.record({ turns: fc.constant(turns), events: interleave(turns) }));
const someForm = fc.constantFrom(...ACTIVITY_FORMS);
const someCuts = fc.array(fc.nat(), { maxLength: 20 });

test("any answer is one valid body that says what was said", async () => {
  await fc.assert(
    fc.asyncProperty(
      goodAnswer,
      fc.boolean(),
      fc.boolean(),
      async ({ turns, events }, isLegacy, tellsAgent) => {
        const body = await formatChatCompletion(play(events), answerOf(turns.length, isLegacy, tellsAgent));
        const sent: unknown = JSON.parse(JSON.stringify(body));
        const { choices, usage } = expectChatCompletion(sent);
        expectDescribed("post", "/v1/chat/completions", sent);
        expect(choices.map((choice) => choice.index)).toEqual(turns.map((_, index) => index));
        turns.forEach(({ said }, index) => {
          const choice = choices[index];
          if (!choice) return expect.unreachable("a choice is missing");
          expectSaid(choice.message, said, isLegacy);
          // Work that Claude came to without a word may have lines among the thinking where it is told.
          if (tellsAgent) return;
          expect("reasoning_content" in choice.message ? choice.message.reasoning_content : "").toBe(
            said.reasoning,
          );
        });
        const outputTokens = turns
          .map(({ end }) => end.usage.outputTokens)
          .reduce((sum, count) => sum + count, 0);
        expect(usage?.completion_tokens).toBe(outputTokens);
      },
    ),
  );
});

test("any stream is valid, ends once, and adds up to the body, however it is cut on its way", async () => {
  await fc.assert(
    fc.asyncProperty(
      goodAnswer,
      fc.boolean(),
      fc.boolean(),
      fc.boolean(),
      someCuts,
      fc.array(fc.nat(20), { maxLength: 4 }),
      async ({ turns, events }, isLegacy, tellsAgent, includeUsage, cuts, silences) => {
        const answer = answerOf(turns.length, isLegacy, tellsAgent);
        const body = await formatChatCompletion(play(events), answer);
        const stream = await encode(events, answer, includeUsage, silences);
        const { chunks, error } = expectChatStream(stream);
        expect(error).toBeUndefined();
        expect(chunks.filter((chunk) => chunk.usage)).toHaveLength(includeUsage ? 1 : 0);
        expect(chunks.every((chunk) => "usage" in chunk === includeUsage)).toBe(true);

        const completion = await accumulate(stream, cuts);
        expect(completion).toMatchObject({ id: body.id, created: body.created, model: body.model });
        if (includeUsage) expect(completion.usage).toEqual(body.usage);
        turns.forEach(({ said }, index) => {
          const choice = completion.choices[index];
          if (!choice) return expect.unreachable("a choice is missing");
          expectSaid(choice.message, said, isLegacy);
          expect(choice.finish_reason).toBe(body.choices[index]?.finish_reason);
          const reasoning = chunks
            .flatMap((chunk) => chunk.choices)
            .filter((each) => each.index === index)
            .map(({ delta }) => ("reasoning_content" in delta ? String(delta.reasoning_content) : ""));
          const { message } = body.choices[index] ?? {};
          expect(reasoning.join("")).toBe(message?.reasoning_content ?? "");
          if (!tellsAgent) expect(reasoning.join("")).toBe(said.reasoning);
        });
      },
    ),
  );
});

test("with what Claude Code does by itself, stream and body are valid and tell the same", async () => {
  await fc.assert(
    fc.asyncProperty(goodAnswer, fc.boolean(), someForm, async ({ turns, events }, isLegacy, activity) => {
      const answer = { ...answerOf(turns.length, isLegacy), activity };
      const body = await formatChatCompletion(play(events), answer);
      const sent: unknown = JSON.parse(JSON.stringify(body));
      expectChatCompletion(sent);
      expectDescribed("post", "/v1/chat/completions", sent);
      const stream = await encode(events, answer, false);
      const choices = expectChatStream(stream).chunks.flatMap((chunk) => chunk.choices);
      const completion = await accumulate(stream, []);
      turns.forEach(({ said }, index) => {
        const whole = body.choices[index];
        const accumulated = completion.choices[index];
        if (!whole || !accumulated) return expect.unreachable("a choice is missing");
        expectSaid(accumulated.message, said, isLegacy);
        const deltas = choices.filter((each) => each.index === index).map(({ delta }) => delta);
        const reasoning = deltas.map((delta) =>
          "reasoning_content" in delta ? String(delta.reasoning_content) : "",
        );
        expect(reasoning.join("")).toBe(whole.message.reasoning_content ?? "");
        const shown = deltas.flatMap((delta) => ("claude" in delta ? [Object(delta.claude)] : []));
        const shownOnce = shown.filter((each) => "file_changes" in each || "stop_reason" in each);
        const { activity: activities, notices = [], ...once } = whole.message.claude ?? {};
        const shownNotices = shown.flatMap((each) => ("notice" in each ? [each.notice] : []));
        expect(shownNotices).toEqual(notices);
        expect(Object.assign({}, ...shownOnce)).toEqual(once);
        expect(shown.some((each) => "activity" in each && !("elapsed_ms" in each.activity))).toBe(
          activities !== undefined,
        );
        if (activity === "reasoning") expect(shown.filter((each) => !("notice" in each))).toEqual(shownOnce);
        else expect(reasoning.join("")).toBe(said.reasoning);
      });
    }),
  );
});

test("any stream that fails is valid, ends once with its error, and throws in the client", async () => {
  await fc.assert(
    fc.asyncProperty(failedTurn, fc.boolean(), someCuts, async ({ events }, includeUsage, cuts) => {
      const stream = await encode(events, answerOf(1, false), includeUsage);
      const { chunks, error } = expectChatStream(stream);
      expect(error).toMatchObject({ code: "overloaded", type: "server_error" });
      expect(chunks.flatMap((chunk) => chunk.choices).every((choice) => choice.finish_reason === null)).toBe(
        true,
      );
      await expect(accumulate(stream, cuts)).rejects.toThrow("Overloaded.");
    }),
  );
});
