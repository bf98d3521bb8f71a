import { describe, expect, test } from "vitest";

import { imageTypeOf } from "./image-type.ts";

const base64 = (bytes: string) => Buffer.from(bytes, "latin1").toString("base64");

describe("the type of an image", () => {
  test.each([
    ["image/png", "\x89PNG\r\n\x1a\n\0\0\0\rIHDR"],
    ["image/jpeg", "\xff\xd8\xff\xe0\0\x10JFIF"],
    ["image/jpeg", "\xff\xd8\xff\xdb"],
    ["image/gif", "GIF87a\x01\0"],
    ["image/gif", "GIF89a\x01\0"],
    ["image/webp", "RIFF\x22\0\0\0WEBPVP8 "],
  ])("is %s by its first bytes", (type, bytes) => {
    expect(imageTypeOf(base64(bytes))).toBe(type);
  });

  test.each([
    "",
    "hello",
    "<svg xmlns='http://www.w3.org/2000/svg'/>",
    "BM\x3a\0",
    "RIFF\0\0\0\0WAVE",
    "\x89PNG",
  ])("is not known for %j", (bytes) => {
    expect(imageTypeOf(base64(bytes))).toBeUndefined();
  });

  test("is not known for what is not base64", () => {
    expect(imageTypeOf("no base64 at all: {}")).toBeUndefined();
  });
});
