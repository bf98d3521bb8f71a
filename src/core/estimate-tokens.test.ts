import { expect, test } from "vitest";

import { NO_CLIENT_TOOLS } from "./client-tool.ts";
import { estimateTokens } from "./estimate-tokens.ts";
import type { InputPart } from "./message.ts";
import type { TokenPrompt } from "./ports/token-counter.ts";

const EMPTY: TokenPrompt = { systemText: "", messages: [], tools: NO_CLIENT_TOOLS };

function countOf(...content: readonly InputPart[]): number {
  return estimateTokens({ ...EMPTY, messages: [{ role: "user", content }] });
}

/** The head of a PNG of this size. */
function png(width: number, height: number): InputPart {
  const bytes = Buffer.alloc(33);
  bytes.write("\u0089PNG\r\n\u001a\n", 0, "latin1");
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  return {
    type: "image",
    source: { type: "base64", mediaType: "image/png", data: bytes.toString("base64") },
  };
}

test("nothing costs nothing", () => {
  expect(estimateTokens(EMPTY)).toBe(0);
});

test("a thousand English words are about as many tokens as the API would say", () => {
  const text = "The quick brown fox jumps over the lazy dog, and then it rests. ".repeat(77);
  const tokens = countOf({ type: "text", text });
  expect(tokens).toBeGreaterThan(1000);
  expect(tokens).toBeLessThan(1700);
});

test("letters of more bytes count more", () => {
  expect(countOf({ type: "text", text: "漢字".repeat(100) })).toBeGreaterThan(
    countOf({ type: "text", text: "ab".repeat(100) }),
  );
});

test("an image counts by its area, up to what the API scales it down to", () => {
  const frame = countOf() + 4;
  expect(countOf(png(750, 100)) - frame).toBe(100);
  expect(countOf(png(200, 200)) - frame).toBe(54);
  expect(countOf(png(10_000, 10_000)) - frame).toBe(1600);
  expect(countOf(png(3136, 750)) - frame).toBe(784);
  expect(countOf({ type: "image", source: { type: "url", url: "https://example.com/a.png" } }) - frame).toBe(
    1600,
  );
});

const pdf = (text: string): InputPart => ({
  type: "document",
  source: { type: "base64", mediaType: "application/pdf", data: Buffer.from(text).toString("base64") },
});

test("a document counts by its text, or by its pages", () => {
  const two = "1 0 obj <</Type /Pages /Count 2>> 2 0 obj <</Type /Page>> 3 0 obj <</Type/Page>>";
  expect(countOf(pdf(two))).toBe(countOf() + 4 + 5000);
  expect(countOf(pdf("packed"))).toBe(countOf() + 4 + 2500);
  expect(countOf({ type: "document", source: { type: "text", text: "a".repeat(350) } })).toBe(
    countOf() + 4 + 100,
  );
});

test("tools count with their schemas, calls with their arguments and results; old thinking does not", () => {
  const tool = { name: "get_weather", inputSchema: { type: "object", properties: {} } };
  const withTool = estimateTokens({ ...EMPTY, tools: { ...NO_CLIENT_TOOLS, list: [tool] } });
  expect(withTool).toBeGreaterThan(340);
  const call = { type: "tool-call", callId: "a", name: "x", arguments: '{"a":"bcd"}' } as const;
  const thought = { type: "thinking", text: "long".repeat(100), signature: "" } as const;
  const answer = estimateTokens({ ...EMPTY, messages: [{ role: "assistant", content: [call] }] });
  expect(estimateTokens({ ...EMPTY, messages: [{ role: "assistant", content: [thought, call] }] })).toBe(
    answer,
  );
  const text = { type: "text", text: "r".repeat(700) } as const;
  const result = { type: "tool-result", callId: "a", content: [text] } as const;
  expect(estimateTokens({ ...EMPTY, messages: [{ role: "tool", content: [result] }] })).toBe(208);
});
