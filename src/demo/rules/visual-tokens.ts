import type { ImageSize } from "../../lib/image-size.ts";
import type { ModelRules } from "./model-rules.ts";

const PATCH = 28;

/** ⌈w/28⌉ · ⌈h/28⌉ of the image as the model sees it: scaled down to its longest side and its maximum of tokens. */
export function visualTokens({ width, height }: ImageSize, { vision }: ModelRules): number {
  const scale = Math.min(1, vision.maxSide / Math.max(width, height, 1));
  const tokens = Math.ceil((width * scale) / PATCH) * Math.ceil((height * scale) / PATCH);
  return Math.min(Math.max(tokens, 1), vision.maxTokens);
}
