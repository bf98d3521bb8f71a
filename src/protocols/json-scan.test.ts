import { assert, integer, property, string } from "fast-check";
import { describe, expect, test } from "vitest";

import { JsonScan, MAX_TEXT_BYTES } from "./json-scan.ts";
import { RequestError } from "./request-error.ts";

function look(text: string, slice = 1_000): void {
  const scan = new JsonScan(Buffer.from(text), 10);
  while (!scan.look(slice));
}

describe("JsonScan", () => {
  test.each([
    ["depth", "[".repeat(512) + "]".repeat(512), "[".repeat(513) + "]".repeat(513), /512 levels/],
    ["values", lists(19), lists(20), /200000 values/],
    ["elements", `[${"1,".repeat(16_384)}1]`, `[${"1,".repeat(16_385)}1]`, /16384 elements/],
    ["fields", objectOf(4_096), objectOf(4_097), /4096 fields/],
  ])("holds the %s", (_, good, bad, message) => {
    expect(() => look(good)).not.toThrow();
    expect(() => look(bad)).toThrow(message);
    expect(() => look(bad)).toThrow(RequestError);
    // Siblings do not count as nested.
    expect(() => look(`[${good},{"a":1}]`.slice(0, -1))).not.toThrow(/fields/);
  });

  test("does not look into texts, wherever a slice ends", () => {
    assert(
      property(string({ unit: "binary" }), integer({ min: 1, max: 7 }), (text, slice) => {
        const body = { [text]: [text, `\\"${text}\\`], "[[[": "{".repeat(600) + '"\\'.repeat(50) };
        look(JSON.stringify(body), slice);
      }),
    );
    look(JSON.stringify("[,:".repeat(100_000)));
  });

  test("holds all texts together to what a model can read, not files", () => {
    const half = "x".repeat(MAX_TEXT_BYTES / 2);
    const tooMuch = expect.objectContaining({
      info: expect.objectContaining({ kind: "context-length-exceeded" }),
    });
    look(JSON.stringify({ content: half }));
    expect(() => look(JSON.stringify([{ content: half }, { text: half }]))).toThrow(tooMuch);
    expect(() => look(JSON.stringify({ content: [half, half] }))).toThrow(tooMuch);
    look(JSON.stringify({ text: half, image_url: { url: half }, file_data: half, source: { data: half } }));
  });

  test("leaves to the parser what is no JSON", () => {
    for (const text of ["", '"', '"\\', "]]]", "}{", '{"a', ":::", "\u0000"]) look(text);
  });
});

/** `count` lists of 10,001 values each. */
function lists(count: number): string {
  return `[${Array.from({ length: count }, () => `[${"1,".repeat(10_000)}1]`).join(",")}]`;
}

function objectOf(count: number): string {
  return JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, at) => [`f${at}`, 1])));
}
