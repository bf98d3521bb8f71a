import { assert, property, uint8Array } from "fast-check";
import { expect, test } from "vitest";

import { readImageSize } from "./image-size.ts";

const SAMPLES = {
  png: "iVBORw0KGgoAAAANSUhEUgAAAAUAAAADCAIAAAAUMWhjAAAAEElEQVR42mNk+M8ABYwUMgAaDgEDdEbzHQAAAABJRU5ErkJggg==",
  gif: "R0lGODlhBQADAIAAAP///wAAACwAAAAABQADAAACBISPqVgAOw==",
} as const;

test.each(Object.entries(SAMPLES))("%s", (_, base64) => {
  expect(readImageSize(Buffer.from(base64, "base64"))).toEqual({ width: 5, height: 3 });
});

test("jpeg: the frame stands behind other segments", () => {
  const bytes = Buffer.from(
    "ffd8ffe000104a46494600010100000100010000ffdb00040000ffc00011080003000503",
    "hex",
  );
  expect(readImageSize(bytes)).toEqual({ width: 5, height: 3 });
});

function webp(form: string, write: (bytes: Buffer) => void) {
  const bytes = Buffer.alloc(32);
  bytes.write("RIFF", 0, "latin1");
  bytes.write(`WEBP${form}`, 8, "latin1");
  write(bytes);
  return readImageSize(bytes);
}

test("webp, in each of its forms", () => {
  const size = { width: 5, height: 3 };
  expect(
    webp("VP8 ", (bytes) => {
      bytes.writeUInt16LE(5, 26);
      bytes.writeUInt16LE(3, 28);
    }),
  ).toEqual(size);
  expect(webp("VP8L", (bytes) => bytes.writeUInt32LE((5 - 1) | ((3 - 1) << 14), 21))).toEqual(size);
  expect(
    webp("VP8X", (bytes) => {
      bytes.writeUIntLE(4, 24, 3);
      bytes.writeUIntLE(2, 27, 3);
    }),
  ).toEqual(size);
});

test("whatever the bytes are, it ends and does not throw", () => {
  const starts = ["", "\u0089PNG", "GIF89a", "RIFF....WEBPVP8 ", "\u00ff\u00d8\u00ff"];
  assert(
    property(uint8Array({ maxLength: 64 }), (tail) => {
      for (const start of starts) {
        const found = readImageSize(Buffer.concat([Buffer.from(start, "latin1"), tail]));
        expect(found === undefined || found.width > 0).toBe(true);
      }
    }),
  );
});
