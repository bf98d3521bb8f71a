import {
  array,
  assert,
  boolean,
  constant,
  constantFrom,
  oneof,
  property,
  record,
  string,
  tuple,
} from "fast-check";
import { expect, test } from "vitest";

import type { TurnEvent } from "../../core/words/turn-event.ts";
import type { BlockEvent } from "./block-event.ts";
import { BlockWriter } from "./block-writer.ts";
import { BlockJoiner } from "./join-blocks.ts";
import type { ThinkingDisplay } from "./parse-sampling.ts";

/** Something that Claude says, and the pieces that it arrives in. */
type Saying =
  | { readonly type: "text"; readonly pieces: readonly string[] }
  | { readonly type: "thinking"; readonly pieces: readonly string[] }
  | { readonly type: "call"; readonly value: string; readonly cut: number };

const pieces = array(string({ unit: "grapheme" }), { maxLength: 4 });
const sayings = array(
  oneof(
    record({ type: constant("text" as const), pieces }),
    record({ type: constant("thinking" as const), pieces }),
    tuple(string(), boolean()).map(([value, isCut]): Saying => ({ type: "call", value, cut: isCut ? 3 : 0 })),
  ),
  { maxLength: 8 },
);

function eventsOf(all: readonly Saying[]): readonly TurnEvent[] {
  return all.flatMap((saying, index): readonly TurnEvent[] => {
    if (saying.type === "text") return saying.pieces.map((text) => ({ type: "text-delta", text }));
    if (saying.type === "thinking") {
      return [
        ...saying.pieces.map((text) => ({ type: "reasoning-delta", text }) as const),
        { type: "reasoning-end", signature: `sig${index}`, model: "claude" },
      ];
    }
    const head = { callId: `call${index}`, name: "x" };
    const text = JSON.stringify({ value: saying.value });
    const cut = [text.slice(0, saying.cut), text.slice(saying.cut)];
    return [
      { type: "tool-call-start", ...head },
      ...cut.map((piece) => ({ type: "tool-call-delta", callId: head.callId, text: piece }) as const),
      { type: "tool-call-end", ...head, arguments: text },
    ];
  });
}

function write(events: readonly TurnEvent[], thinking: ThinkingDisplay): readonly BlockEvent[] {
  const writer = new BlockWriter(thinking);
  return [...events.flatMap((event) => [...writer.write(event)]), ...writer.close()];
}

test("however an answer comes in pieces, blocks are well-formed and lose nothing", () => {
  assert(
    property(sayings, constantFrom<ThinkingDisplay[]>("full", "sealed", "none"), (all, thinking) => {
      const events = write(eventsOf(all), thinking);

      let open = -1;
      let count = 0;
      for (const event of events) {
        if (event.type === "content_block_start") {
          expect(open).toBe(-1);
          expect(event.index).toBe(count);
          open = count;
          count += 1;
        } else {
          expect(event.index).toBe(open);
          if (event.type === "content_block_stop") open = -1;
        }
      }
      expect(open).toBe(-1);

      const joiner = new BlockJoiner();
      for (const event of events) joiner.add(event);
      const blocks = joiner.blocks(false);
      const texts = (type: Saying["type"]) =>
        all.flatMap((saying) => (saying.type === type && "pieces" in saying ? saying.pieces : [])).join("");
      expect(blocks.map((block) => (block.type === "text" ? block.text : "")).join("")).toBe(texts("text"));
      expect(blocks.map((block) => (block.type === "thinking" ? block.thinking : "")).join("")).toBe(
        thinking === "full" ? texts("thinking") : "",
      );
      expect(blocks.flatMap((block) => (block.type === "tool_use" ? [block.input] : []))).toEqual(
        all.flatMap((saying) => (saying.type === "call" ? [{ value: saying.value }] : [])),
      );
      const signatures = blocks.flatMap((block) => (block.type === "thinking" ? [block.signature] : []));
      const thoughts = all.flatMap(({ type }, index) => (type === "thinking" ? [`sig${index}`] : []));
      expect(signatures).toEqual(thinking === "none" ? [] : thoughts);
    }),
  );
});
