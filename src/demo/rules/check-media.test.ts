import { expect, test } from "vitest";
import { countInputTokens } from "./count-input-tokens.ts";
import { modelNamed } from "./models.ts";
import type { ModelRules } from "./model-rules.ts";
import { refusalOf } from "./refusal-of.ts";
import { visualTokens } from "./visual-tokens.ts";

/** The header of a PNG, which is all that is read. */
function png(width: number, height: number): string {
  const head = Buffer.alloc(33);
  head.write("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 0, "latin1");
  head.writeUInt32BE(width, 16);
  head.writeUInt32BE(height, 20);
  return head.toString("base64");
}

const image = (data: string, type = "image/png") => ({
  type: "image",
  source: { type: "base64", media_type: type, data },
});
const pdf = (pages: number) => ({
  type: "document",
  source: {
    type: "base64",
    media_type: "application/pdf",
    data: Buffer.from(`%PDF-1.7 /Type /Pages ${"/Type /Page ".repeat(pages)}`).toString("base64"),
  },
});
const ask = (...content: object[]) => ({ messages: [{ role: "user", content }] });
const small = png(10, 10);

test.each<[string, object]>([
  ["an image", ask(image(small))],
  ["a URL", ask({ type: "image", source: { type: "url", url: "https://example.org/a.png" } })],
  ["a document", ask(pdf(3))],
  ["a large image", ask(image(png(8000, 8000)))],
  ["many images", ask(...Array.from({ length: 21 }, () => image(png(2000, 10))))],
])("takes %s", (_name, fields) => {
  expect(refusalOf({ ...fields })).toBeUndefined();
});

test.each<[string, object, string]>([
  [
    "an image of another type",
    ask(image(small, "image/jpeg")),
    "but the image appears to be a image/png image",
  ],
  [
    "a type that there is not",
    ask(image(small, "image/jpg")),
    "media_type: Input should be 'image/jpeg', 'image/png'",
  ],
  ["something else than base64", ask(image(`data:image/png;base64,${small}`)), "Invalid base64 data"],
  [
    "something else than an image",
    ask(image(Buffer.from("hello there").toString("base64"))),
    "Could not process image",
  ],
  [
    "too large an image",
    ask(image(small.slice(0, 44) + "A".repeat(10 * 1024 * 1024))),
    "exceeds 10 MB maximum",
  ],
  ["too high an image", ask(image(png(10, 8001))), "exceed max allowed size: 8000 pixels"],
  [
    "images that are too wide together",
    ask(...Array.from({ length: 21 }, () => image(png(2001, 10)))),
    "for many-image requests: 2000 pixels",
  ],
  [
    "601 images",
    ask(...Array.from({ length: 601 }, () => image(small))),
    "Too many images and documents: 601 + 0 > 600",
  ],
  ["601 pages", ask(pdf(601)), "A maximum of 600 PDF pages"],
  [
    "something else than a PDF",
    ask({ type: "document", source: { type: "base64", media_type: "application/pdf", data: small } }),
    "The PDF specified was not valid",
  ],
])("refuses %s", (_name, fields, message) => {
  expect(refusalOf({ ...fields })).toContain(message);
});

test("takes fewer where the context is smaller", () => {
  const fields = ask(...Array.from({ length: 101 }, () => image(small)));
  expect(refusalOf({ ...fields, model: "claude-haiku-4-5" })).toContain("101 + 0 > 100");
});

test("looks into the results of tools", () => {
  const content = [image(small, "image/gif")];
  const messages = [
    { role: "user", content: "a" },
    { role: "assistant", content: [{ type: "tool_use", id: "t", name: "n", input: {} }] },
    { role: "user", content: [{ type: "tool_result", tool_use_id: "t", content }] },
  ];
  expect(refusalOf({ messages })).toContain(
    "messages.2.content.0.tool_result.content.0.image.source.base64.data: The image",
  );
});

test("counts images by their pixels", () => {
  const newer = rules("claude-opus-5");
  const older = rules("claude-haiku-4-5");
  expect(visualTokens({ width: 280, height: 280 }, newer)).toBe(100);
  expect(visualTokens({ width: 10_000, height: 10_000 }, newer)).toBe(4784);
  expect(visualTokens({ width: 10_000, height: 10_000 }, older)).toBe(1568);
  const content = [image(png(280, 280))];
  const body = { model: "m", max_tokens: 1, messages: [{ role: "user" as const, content }] };
  expect(countInputTokens(body, newer)).toBe(100);
});

function rules(id: string): ModelRules {
  const found = modelNamed(id);
  if (!found) throw new Error(id);
  return found;
}
