/** The image formats that Claude's API accepts. */
export type ImageType = "image/png" | "image/jpeg" | "image/gif" | "image/webp";

/** Enough base64 for every signature below. */
const HEADER_LENGTH = 24;

/**
 * The type of an image by its first bytes, whatever its sender calls it: `image/jpg`, a wrong name and
 * `application/octet-stream` are all common. Undefined for anything that Claude's API would refuse.
 */
export function imageTypeOf(base64: string): ImageType | undefined {
  const header = Buffer.from(base64.slice(0, HEADER_LENGTH), "base64").toString("latin1");
  if (header.startsWith("\x89PNG\r\n\x1a\n")) return "image/png";
  if (header.startsWith("\xff\xd8\xff")) return "image/jpeg";
  if (header.startsWith("GIF87a") || header.startsWith("GIF89a")) return "image/gif";
  if (header.startsWith("RIFF") && header.startsWith("WEBP", 8)) return "image/webp";
  return undefined;
}
