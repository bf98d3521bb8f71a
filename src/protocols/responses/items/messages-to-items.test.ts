import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { turnRequest } from "../../../../test/engine/turn-fixtures.ts";
import type { InputPart, Message } from "../../../core/words/message.ts";
import { hashState } from "../../../core/turn/state-hash.ts";
import { assignItemIds } from "./assign-item-ids.ts";
import { toMessages } from "./items-to-messages.ts";
import { messagesToItems } from "./messages-to-items.ts";

const PNG = Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), Buffer.alloc(20)]).toString("base64");
const PDF = Buffer.from("%PDF-1.7 x").toString("base64");

const PARTS: readonly InputPart[] = [
  { type: "text", text: "Grüße \u{1F389}\n" },
  { type: "text", text: "" },
  { type: "image", source: { type: "base64", mediaType: "image/png", data: PNG } },
  { type: "image", source: { type: "url", url: "https://example.com/a.png" } },
  { type: "document", source: { type: "base64", mediaType: "application/pdf", data: PDF }, title: "a.pdf" },
  { type: "document", source: { type: "url", url: "https://example.com/a.pdf" } },
  { type: "document", source: { type: "text", text: "line\r\nline" }, title: "a.txt" },
];

function thereAndBack(messages: readonly Message[]): readonly Message[] {
  const items = assignItemIds(messagesToItems(messages), "x");
  return toMessages(items, { unseal: () => undefined }).messages;
}

function stateOf(messages: readonly Message[]): string {
  return hashState(turnRequest([]), messages);
}

describe("messages that become items", () => {
  test("are messages, calls and outputs as OpenAI has them", () => {
    expect(
      messagesToItems([
        { role: "user", content: [{ type: "text", text: "hello" }] },
        {
          role: "assistant",
          content: [
            { type: "thinking", text: "hm", signature: "s" },
            { type: "text", text: "Let me " },
            { type: "text", text: "look." },
            { type: "tool-call", callId: "call_1", name: "look", arguments: '{"at":1}' },
          ],
        },
        {
          role: "tool",
          content: [{ type: "tool-result", callId: "call_1", content: [{ type: "text", text: "sun" }] }],
        },
        {
          role: "assistant",
          content: [{ type: "tool-call", callId: "call_2", name: "look", arguments: "{}" }],
        },
      ]),
    ).toEqual([
      { type: "message", role: "user", content: [{ type: "input_text", text: "hello" }] },
      { type: "message", role: "assistant", content: [{ type: "output_text", text: "Let me look." }] },
      { type: "function_call", call_id: "call_1", name: "look", arguments: '{"at":1}' },
      { type: "function_call_output", call_id: "call_1", output: "sun" },
      { type: "function_call", call_id: "call_2", name: "look", arguments: "{}" },
    ]);
  });

  test("come back with every kind of part", () => {
    const messages: readonly Message[] = [
      { role: "user", content: PARTS },
      { role: "assistant", content: [{ type: "tool-call", callId: "c", name: "f", arguments: "{}" }] },
      { role: "tool", content: [{ type: "tool-result", callId: "c", content: PARTS }] },
      { role: "system", content: [{ type: "text", text: "Mind the gap." }] },
      { role: "user", content: [] },
    ];
    expect(thereAndBack(messages)).toEqual(messages);
  });

  test("name the same state when they come back, whatever they are", () => {
    const part = fc.oneof(
      fc.constantFrom(...PARTS),
      fc.string({ unit: "binary" }).map((text): InputPart => ({ type: "text", text })),
    );
    const content = fc.array(part, { maxLength: 3 });
    const round = fc
      .record({
        input: fc.array(content, { minLength: 1, maxLength: 2 }),
        said: fc.string({ unit: "binary" }),
        results: fc.array(content, { maxLength: 3 }),
      })
      .map(({ input, said, results }) => (index: number): readonly Message[] => {
        const callIds = results.map((_, at) => `call_${index}_${at}`);
        const calls = callIds.map((callId) => ({
          type: "tool-call" as const,
          callId,
          name: "f",
          arguments: JSON.stringify({ said }),
        }));
        return [
          ...input.map((each): Message => ({ role: "user", content: each })),
          { role: "assistant", content: [{ type: "text", text: said }, ...calls] },
          ...results.map((each, at): Message => {
            const callId = callIds[at] ?? "";
            return { role: "tool", content: [{ type: "tool-result", callId, content: each }] };
          }),
        ];
      });
    fc.assert(
      fc.property(fc.array(round, { minLength: 1, maxLength: 4 }), (rounds) => {
        const messages: readonly Message[] = [
          ...rounds.flatMap((make, index) => make(index)),
          { role: "user", content: [{ type: "text", text: "on" }] },
        ];
        expect(stateOf(thereAndBack(messages))).toBe(stateOf(messages));
      }),
      { numRuns: 60 },
    );
  });
});
