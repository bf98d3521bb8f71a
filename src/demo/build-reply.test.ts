import * as fc from "fast-check";
import { expect, test } from "vitest";
import { pause } from "./build-fault.ts";
import { reply, textBlock, thinking, toolUse } from "./build-reply.ts";
import { textOf } from "./block-text.ts";

test("splits any text into pieces that join to it, never inside a character", () => {
  const property = fc.property(
    fc.string({ unit: "binary" }),
    fc.integer({ min: 1, max: 9 }),
    (content, chunkSize) => {
      const block = textBlock(content, { chunkSize });
      expect(textOf(block)).toBe(content);
      if (block.type !== "text") return;
      const areWhole = block.chunks.every((chunk) => typeof chunk === "string" && chunk.isWellFormed());
      expect(areWhole).toBe(true);
    },
  );
  fc.assert(property);
});

test("stops for a tool call unless told otherwise", () => {
  expect(reply({ blocks: [textBlock("hi")] }).stopReason).toBe("end_turn");
  expect(reply({ blocks: [thinking("hm"), toolUse("Bash", {})] }).stopReason).toBe("tool_use");
  expect(reply({ blocks: [toolUse("Bash", {})], stopReason: "max_tokens" }).stopReason).toBe("max_tokens");
});

test("pauses between pieces, not before the first", () => {
  expect(textBlock("abcd", { chunkSize: 2, delayMs: 5 })).toMatchObject({ chunks: ["ab", pause(5), "cd"] });
});
