import { RequestError } from "./request-error.ts";

/** The Messages API accepts no larger request, so a larger file could never be sent. */
const MAX_BASE64_LENGTH = 32 * 1024 * 1024;
/**
 * Claude Code scales down a larger image in a user's message, but not the same image when the conversation is resumed: the turn
 * would then fail.
 */
const MAX_IMAGE_BASE64_LENGTH = 5 * 1024 * 1024;

/** @throws RequestError when a file in base64 is too large for any request. */
export function requireMediaSize(base64: string, param: string): void {
  if (base64.length <= MAX_BASE64_LENGTH) return;
  throw new RequestError(
    "string_above_max_length",
    `Invalid '${param}': the file is too large. Expected at most ${MAX_BASE64_LENGTH} characters of base64, but got ${base64.length} instead.`,
    param,
  );
}

/** @throws RequestError when an image in base64 is larger than the Messages API takes. */
export function requireImageSize(base64: string, param: string): void {
  if (base64.length <= MAX_IMAGE_BASE64_LENGTH) return;
  throw new RequestError(
    "image_too_large",
    `Invalid '${param}': the image is too large. Expected at most 5 MiB of base64, but got ${base64.length} characters.`,
    param,
  );
}
