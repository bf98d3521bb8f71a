import { describe, expect, test } from "vitest";

import { abilitiesOf } from "../models/abilities-of.ts";
import { imageTokens } from "./image-tokens.ts";

const NEWER = abilitiesOf("claude-opus-5-5").images;
const OLDER = abilitiesOf("claude-haiku-4-5").images;

/** The header of a PNG of this size. */
function png(width: number, height: number) {
  const bytes = Buffer.alloc(33);
  bytes.write("\u0089PNG\r\n\u001a\n", 0, "latin1");
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  return { type: "base64", mediaType: "image/png", data: bytes.toString("base64") } as const;
}

describe("an image counts", () => {
  // The API's count for images of these sizes, without the text next to them.
  test.each([
    [256, 256, 100, 100],
    [512, 512, 361, 361],
    [768, 768, 784, 784],
    [1024, 1024, 1369, 1369],
    [1280, 720, 1196, 1196],
    [1920, 1080, 2691, 1560],
    [1080, 1920, 2691, 1560],
  ])("%i × %i", (width, height, newer, older) => {
    expect([imageTokens(png(width, height), NEWER), imageTokens(png(width, height), OLDER)]).toEqual([
      newer,
      older,
    ]);
  });

  test.each([
    [2576, 1456, 4784, 1560],
    [2576, 2576, 4761, 1521],
    [4032, 3024, 4740, 1564],
    [8000, 8000, 4761, 1521],
    [8000, 100, 92 * 2, 56],
    [100, 8000, 92 * 2, 56],
    [1, 1, 1, 1],
  ])("%i × %i, made smaller where it must be", (width, height, newer, older) => {
    expect([imageTokens(png(width, height), NEWER), imageTokens(png(width, height), OLDER)]).toEqual([
      newer,
      older,
    ]);
  });

  test("as the largest when nobody knows its size", () => {
    const url = { type: "url", url: "https://example.com/a.png" } as const;
    expect([imageTokens(url, NEWER), imageTokens(url, OLDER)]).toEqual([4784, 1568]);
    const broken = { type: "base64", mediaType: "image/png", data: "AAAA" } as const;
    expect(imageTokens(broken, NEWER)).toBe(4784);
  });
});
