import type { ImagePart } from "../core/words/message.ts";
import { imageTypeOf } from "../lib/image-type.ts";
import { cleanBase64, readDataUrl } from "./base64-data.ts";
import { requireImageSize } from "./media-size.ts";
import { RequestError } from "./request-error.ts";

/**
 * An image in a `data:` URL, or the URL of an image that Claude's API fetches. The media type comes from the bytes, not from the
 * client: the API refuses an image with the wrong type.
 */
export function parseImageUrl(given: string, param: string): ImagePart {
  const url = given.trim();
  if (!/^data:/i.test(url)) return { type: "image", source: { type: "url", url: requireWebUrl(url, param) } };

  const dataUrl = readDataUrl(url);
  if (!dataUrl?.mediaType.startsWith("image/")) {
    const got = dataUrl ? `unsupported MIME type '${dataUrl.mediaType.slice(0, 64)}'` : "another data URL";
    throw new RequestError(
      "invalid_value",
      `Invalid '${param}'. Expected a base64-encoded data URL with an image MIME type (e.g. 'data:image/png;base64,aW1nIGJ5dGVzIGhlcmU='), but got ${got}.`,
      param,
    );
  }
  return parseImageData(dataUrl.data, param);
}

/** An image in base64. */
export function parseImageData(base64: string, param: string): ImagePart {
  const data = cleanBase64(base64);
  if (data === undefined) {
    throw new RequestError("invalid_base64", `Invalid '${param}': the image is not valid base64.`, param);
  }
  requireImageSize(data, param);
  const mediaType = imageTypeOf(data);
  if (mediaType === undefined) {
    throw new RequestError(
      "invalid_image_format",
      "You uploaded an unsupported image. Please make sure your image has one of the following formats: ['png', 'jpeg', 'gif', 'webp'].",
      param,
    );
  }
  return { type: "image", source: { type: "base64", mediaType, data } };
}

/** @throws RequestError when it is no `http(s)` URL */
export function requireWebUrl(url: string, param: string): string {
  if (/^https?:\/\//i.test(url) && URL.canParse(url)) return url;
  throw new RequestError(
    "invalid_value",
    `Invalid '${param}'. Expected a data URL, or a valid URL that begins with http:// or https://.`,
    param,
  );
}
