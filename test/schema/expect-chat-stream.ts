import type OpenAI from "openai";
import { expect } from "vitest";

import { expectChatChunk, expectErrorBody } from "./expect-openai.ts";

export interface CheckedStream {
  readonly chunks: readonly OpenAI.ChatCompletionChunk[];
  /** What ended it early. */
  readonly error?: OpenAI.ErrorObject;
}

/**
 * Checks a whole Chat Completions stream as it went over the wire: each event is one data line and valid by its type, all
 * chunks belong to one answer, each choice begins with its role and ends once, and `[DONE]` comes once and last.
 */
export function expectChatStream(text: string): CheckedStream {
  expect(text).not.toContain("\r");
  const events = text.split("\n\n");
  expect(events.pop(), "an event was cut").toBe("");
  const lines = events.filter((event) => !event.startsWith(":"));
  for (const line of lines) expect(line).toMatch(/^data: [^\n]+$/);
  const data = lines.map((line) => line.slice("data: ".length));
  expect(data.indexOf("[DONE]")).toBe(data.length - 1);

  const bodies = data.slice(0, -1).map((each): unknown => JSON.parse(each));
  const last = bodies.at(-1);
  const hasError = typeof last === "object" && last !== null && "error" in last;
  const error = hasError ? expectErrorBody(last).error : undefined;
  const chunks = bodies.slice(0, error ? -1 : undefined).map(expectChatChunk);
  expectOneAnswer(chunks, error !== undefined);
  return { chunks, ...(error && { error }) };
}

function expectOneAnswer(chunks: readonly OpenAI.ChatCompletionChunk[], isFailed: boolean): void {
  const heads = chunks.map(({ id, created, model }) => JSON.stringify({ id, created, model }));
  expect(new Set(heads).size).toBeLessThanOrEqual(1);

  const choices = chunks.flatMap((chunk) => chunk.choices);
  for (const own of Map.groupBy(choices, (choice) => choice.index).values()) {
    expect(own.findIndex((choice) => choice.delta.role === "assistant")).toBe(0);
    expect(own.filter((choice) => choice.delta.role !== undefined)).toHaveLength(1);
    const endAt = own.findIndex((choice) => choice.finish_reason !== null);
    expect(endAt === -1 ? isFailed : endAt === own.length - 1, "each choice ends once, and last").toBe(true);
  }

  const usageAt = chunks.findIndex((chunk) => chunk.usage);
  expect([-1, chunks.length - 1], "usage comes last").toContain(usageAt);
  if (isFailed) expect(usageAt).toBe(-1);
  if (usageAt !== -1) expect(chunks.at(usageAt)?.choices).toEqual([]);
}
