import type OpenAI from "openai";
import { expect } from "vitest";

import { expectChatStream } from "../../schema/expect-chat-stream.ts";
import { expectChatCompletion } from "../../schema/expect-openai.ts";
import type { ChatMessage } from "./chat-history.ts";
import type { Told } from "./random-client.ts";

interface ReadAnswer {
  readonly message: ChatMessage;
  readonly told: readonly Told[];
}

export function readChat(text: string): ReadAnswer {
  const { choices, usage } = expectChatCompletion(JSON.parse(text));
  const told = choices.map(({ message, finish_reason: reason }) => ({
    texts: [message.content ?? ""],
    calls: (message.tool_calls ?? []).map((call) => (call.type === "function" ? call.function.name : "")),
    end: endOf(reason),
    usage: usageOf(usage),
  }));
  return { message: toMessage(choices[0]?.message), told };
}

/** The message as many clients keep it: without the thinking that it had. */
export function readChatStream(text: string): ReadAnswer {
  const { chunks, error } = expectChatStream(text);
  expect(error, "an error in the stream").toBeUndefined();
  const usage = usageOf(chunks.at(-1)?.usage);
  const parts = chunks.flatMap(({ choices }) => choices);
  const choices = [...Map.groupBy(parts, ({ index }) => index).entries()].toSorted(([a], [b]) => a - b);
  const answers = choices.map(([, own]) => {
    const deltas = own.flatMap(({ delta }) => delta.tool_calls ?? []);
    const calls = [...Map.groupBy(deltas, ({ index }) => index).values()].map((pieces) => ({
      id: pieces[0]?.id ?? "",
      type: "function" as const,
      function: {
        name: pieces[0]?.function?.name ?? "",
        arguments: pieces.map((piece) => piece.function?.arguments ?? "").join(""),
      },
    }));
    const content = own.map(({ delta }) => delta.content ?? "").join("");
    return { content: content === "" ? null : content, calls, reason: own.at(-1)?.finish_reason };
  });
  const [first] = answers;
  return {
    message: {
      role: "assistant",
      content: first?.content,
      ...(first && first.calls.length > 0 && { tool_calls: first.calls }),
    },
    told: answers.map(({ content, calls, reason }) => ({
      texts: [content ?? ""],
      calls: calls.map((call) => call.function.name),
      end: endOf(reason),
      usage,
    })),
  };
}

function toMessage(message: OpenAI.ChatCompletionMessage | undefined): ChatMessage {
  if (!message) throw new Error("There is no choice.");
  const { tool_calls: calls, ...rest } = message;
  return { ...rest, ...(calls && { tool_calls: calls }) };
}

const ENDS: Readonly<Record<string, Told["end"]>> = { stop: "said", tool_calls: "called", length: "cut" };

function endOf(reason: string | null | undefined): Told["end"] {
  const end = ENDS[reason ?? ""];
  if (!end) throw new Error(`No answer ends so: ${reason}`);
  return end;
}

function usageOf(usage: OpenAI.CompletionUsage | null | undefined): Told["usage"] {
  return usage ? { input: usage.prompt_tokens, output: usage.completion_tokens } : undefined;
}
