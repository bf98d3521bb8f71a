import { describe, expect, test } from "vitest";

import { toDocumentBlock, toImageBlock } from "./media-blocks.ts";

const GIF = "R0lGODlhAQABAPAAAP8AAAAAACH5BAAAAAAALAAAAAABAAEAAAICRAEAOw==";

describe("an image", () => {
  test("keeps its bytes", () => {
    const part = {
      type: "image",
      source: { type: "base64", mediaType: "image/gif", data: GIF },
    } as const;
    expect(toImageBlock(part)).toEqual({
      type: "image",
      source: { type: "base64", media_type: "image/gif", data: GIF },
    });
  });

  test.each(["image/png", "image/jpg", "application/octet-stream"])(
    "is what its bytes say, not %s",
    (mediaType) => {
      const part = { type: "image", source: { type: "base64", mediaType, data: GIF } } as const;
      expect(toImageBlock(part).source).toMatchObject({ media_type: "image/gif" });
    },
  );

  test("is named as its sender did when its bytes say nothing", () => {
    const part = {
      type: "image",
      source: { type: "base64", mediaType: "image/png", data: "aGVsbG8=" },
    } as const;
    expect(toImageBlock(part).source).toMatchObject({ media_type: "image/png", data: "aGVsbG8=" });
  });

  test("stays a URL", () => {
    const source = { type: "url", url: "https://example.com/a.png" } as const;
    expect(toImageBlock({ type: "image", source })).toEqual({ type: "image", source });
  });
});

describe("a document", () => {
  test("is a PDF with its name", () => {
    const source = { type: "base64", mediaType: "application/pdf", data: "JVBERi0=" } as const;
    expect(toDocumentBlock({ type: "document", source, title: "report.pdf" })).toEqual({
      type: "document",
      source: { type: "base64", media_type: "application/pdf", data: "JVBERi0=" },
      title: "report.pdf",
    });
  });

  test("is a text", () => {
    expect(toDocumentBlock({ type: "document", source: { type: "text", text: "Notes" } })).toEqual({
      type: "document",
      source: { type: "text", media_type: "text/plain", data: "Notes" },
    });
  });

  test("has no title when its name is empty, which the API refuses", () => {
    const source = { type: "url", url: "https://example.com/a.pdf" } as const;
    expect(toDocumentBlock({ type: "document", source, title: "" })).toEqual({ type: "document", source });
  });
});
