import { crc32, deflateSync } from "node:zlib";

import type { DocumentPart, ImagePart } from "../../src/core/words/message.ts";

/** The smallest pictures of their kinds that can be decoded, as base64. */
export const GIF = "R0lGODlhAQABAPAAAP8AAAAAACH5BAAAAAAALAAAAAABAAEAAAICRAEAOw==";
export const WEBP = "UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA";

/** A PDF of one empty page, as base64. */
export const PDF = Buffer.from(
  [
    "%PDF-1.4",
    "1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj",
    "2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj",
    "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 72 72]>>endobj",
    "trailer<</Root 1 0 R>>",
    "%%EOF\n",
  ].join("\n"),
).toString("base64");

/** A PNG as base64. Each `shade` from 0 to 255 makes another picture. */
export function pngOf(width: number, height: number, shade = 128): string {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // Eight bits a pixel, grey.
  header[8] = 8;
  const row = Buffer.alloc(width + 1, shade);
  row[0] = 0;
  const pixels = Buffer.concat(Array.from({ length: height }, () => row));
  const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
  const chunks = [chunk("IHDR", header), chunk("IDAT", deflateSync(pixels)), chunk("IEND", Buffer.alloc(0))];
  return Buffer.concat([signature, ...chunks]).toString("base64");
}

export function imagePart(data: string, mediaType = "image/png"): ImagePart {
  return { type: "image", source: { type: "base64", mediaType, data } };
}

export function pdfPart(title?: string): DocumentPart {
  const source = { type: "base64", mediaType: "application/pdf", data: PDF } as const;
  return { type: "document", source, ...(title !== undefined && { title }) };
}

/** What Claude's API gets for them. */
export function imageBlock(data: string, mediaType = "image/png") {
  return { type: "image", source: { type: "base64", media_type: mediaType, data } };
}

export function pdfBlock(title?: string) {
  const source = { type: "base64", media_type: "application/pdf", data: PDF };
  return { type: "document", source, ...(title !== undefined && { title }) };
}

function chunk(name: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(name, "latin1"), data]);
  const whole = Buffer.alloc(named.length + 8);
  whole.writeUInt32BE(data.length, 0);
  named.copy(whole, 4);
  whole.writeUInt32BE(crc32(named), named.length + 4);
  return whole;
}
