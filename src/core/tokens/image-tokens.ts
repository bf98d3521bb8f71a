import { type ImageSize, readImageSize } from "../../lib/image-size.ts";
import type { MediaSource } from "../words/message.ts";
import type { ImageAbilities } from "../models/model-abilities.ts";

/** Side of the square that costs one token, in pixels. */
const PATCH = 28;
/** Base64 length of an image's beginning that is enough to find its size. */
const MAX_HEAD_CHARACTERS = 1_000_000;

/**
 * The tokens of an image: the 28-pixel squares that cover it, after scaling it down for the model. An image of unknown size,
 * such as one behind a URL, counts as the largest. Source: the API's documentation of vision.
 */
export function imageTokens(source: MediaSource, limits: ImageAbilities): number {
  const head = source.type === "base64" ? source.data.slice(0, MAX_HEAD_CHARACTERS) : undefined;
  const size = head === undefined ? undefined : readImageSize(Buffer.from(head, "base64"));
  return size ? patchesOf(size, limits) : limits.maxTokens;
}

/** At the largest scale at which neither the longer side nor the number of squares exceeds its limit. */
function patchesOf({ width, height }: ImageSize, { maxEdge, maxTokens }: ImageAbilities): number {
  const largest = Math.min(1, maxEdge / Math.max(width, height));
  const rowsAt = (scale: number) => patchesAlong(height * scale);
  for (let columns = patchesAlong(width * largest); columns > 1; columns -= 1) {
    const rows = Math.floor(maxTokens / columns);
    const scale = Math.min(largest, (columns * PATCH) / width, (rows * PATCH) / height);
    // At a smaller scale it would have one column less.
    if (scale * width > (columns - 1) * PATCH) return columns * rowsAt(scale);
  }
  return Math.min(maxTokens, rowsAt(largest));
}

function patchesAlong(pixels: number): number {
  // A rounding error can make a side that was scaled to fit exactly slightly longer.
  return Math.max(1, Math.ceil(pixels / PATCH - 1e-9));
}
