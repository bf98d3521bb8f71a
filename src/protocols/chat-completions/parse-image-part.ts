import type { ImagePart } from "../../core/words/message.ts";
import { parseImageUrl } from "../parse-image-url.ts";
import { missingParameter } from "../request-error.ts";
import type { ChatContentPartBody } from "./chat-request-schema.ts";

/** An image by its URL. `detail` has no counterpart. */
export function parseImagePart(part: ChatContentPartBody, partParam: string): ImagePart {
  if (!part.image_url) throw missingParameter(`${partParam}.image_url`);
  return parseImageUrl(part.image_url.url, `${partParam}.image_url.url`);
}
