import { readImageSize } from "../../lib/image-size.ts";
import type { ImageSize } from "../../lib/image-size.ts";

/** Nearly every image has its size within this many bytes; decoding every image of every request in full would take too long. */
const HEAD = 64 * 1024;

export function imageSizeOf(base64: string): ImageSize | undefined {
  const inHead = readImageSize(Buffer.from(base64.slice(0, HEAD), "base64"));
  if (inHead || base64.length <= HEAD) return inHead;
  return readImageSize(Buffer.from(base64, "base64"));
}
