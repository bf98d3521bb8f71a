import { readImageSize } from "../../lib/image-size.ts";
import type { ImageSize } from "../../lib/image-size.ts";

/** Where the size stands in nearly every image; decoding all of each image of each request takes its time. */
const HEAD = 64 * 1024;

export function imageSizeOf(base64: string): ImageSize | undefined {
  const inHead = readImageSize(Buffer.from(base64.slice(0, HEAD), "base64"));
  if (inHead || base64.length <= HEAD) return inHead;
  return readImageSize(Buffer.from(base64, "base64"));
}
