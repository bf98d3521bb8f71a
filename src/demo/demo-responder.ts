import { reply, textBlock } from "./build-reply.ts";
import type { MessagesBody } from "./messages-body.ts";
import type { RecordedRequest } from "./recorded-request.ts";
import type { MessageReply } from "./reply.ts";
import type { Responder } from "./script.ts";
import { sampleJson } from "./sample-json.ts";
import { userTexts } from "./user-text.ts";

/**
 * The answers of demo mode: the same words for the same conversation, streamed word by word. They show
 * that the conversation is remembered, and never pretend to come from Claude.
 */
export function createDemoResponder(options: { delayMs?: number } = {}): Responder {
  return (request: RecordedRequest) => answer(request.body, options.delayMs);
}

function answer(body: MessagesBody, delayMs?: number): MessageReply {
  const { words, stopReason, stopSequence } = cut(wordsOf(inForm(compose(userTexts(body)), body)), body);
  const pace = delayMs === undefined ? {} : { delayMs };
  return reply({
    blocks: [textBlock("", { chunks: words, ...pace })],
    stopReason,
    ...(stopSequence !== undefined && { stopSequence }),
  });
}

/** If JSON is asked for, the simplest value that fits the schema. */
function inForm(words: string, body: MessagesBody): string {
  // Proof: the rules of the API have looked at its shape.
  const { format } = (body["output_config"] ?? {}) as { format?: { schema?: unknown } | null };
  if (format?.schema !== undefined) return JSON.stringify(sampleJson(format.schema, words));
  const asked = userTexts(body).at(-1) ?? "";
  if (!asked.includes("must be exactly one JSON")) return words;
  const schema = /^The JSON Schema:\n(.+)$/m.exec(asked)?.[1];
  return JSON.stringify(schema === undefined ? { answer: words } : sampleJson(JSON.parse(schema), words));
}

function compose(texts: readonly string[]): string {
  const first = texts.at(0) ?? "";
  const last = texts.at(-1) ?? "";
  const introduction = "I am Turnpike's scripted model, not Claude.";
  if (asksForFirst(last) && texts.length > 1)
    return `${introduction} The first thing you said was: "${shorten(first)}"`;
  const count =
    texts.length === 1 ? "It is your first message" : `I have seen ${texts.length} messages of yours`;
  return `${introduction} You said: "${shorten(last)}" ${count} in this conversation.`;
}

function asksForFirst(text: string): boolean {
  return /\bwhat\b.*\b(first|beginning)\b/i.test(text);
}

function shorten(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  const characters = [...line];
  return characters.length <= 80 ? line : `${characters.slice(0, 79).join("")}…`;
}

/** Each word with the space before it. */
function wordsOf(text: string): string[] {
  return text.match(/\s*\S+/g) ?? [];
}

/** Obeys `stop_sequences` and `max_tokens` (a word counts as a token), as a model would. */
function cut(words: readonly string[], body: MessagesBody) {
  const whole = words.join("");
  const stops = Array.isArray(body["stop_sequences"]) ? body["stop_sequences"].map(String) : [];
  const found = stops
    .map((sequence) => ({ sequence, at: whole.indexOf(sequence) }))
    .filter((stop) => stop.sequence !== "" && stop.at >= 0)
    .toSorted((left, right) => left.at - right.at)
    .at(0);
  const allowed = found ? wordsOf(whole.slice(0, found.at)) : words;
  if (allowed.length > body.max_tokens) {
    return { words: allowed.slice(0, body.max_tokens), stopReason: "max_tokens" };
  }
  if (found) return { words: allowed, stopReason: "stop_sequence", stopSequence: found.sequence };
  return { words: allowed, stopReason: "end_turn" };
}
