import { isRecord } from "../../lib/is-record.ts";
import { imageTypeOf } from "../../lib/image-type.ts";
import type { ContentBlock } from "../messages-body.ts";
import { innerBlocks, placedBlocks } from "./api-request.ts";
import type { ApiRequest } from "./api-request.ts";
import { imageSizeOf } from "./image-size-of.ts";
import { countPages } from "./pdf-pages.ts";
import { invalid } from "./problem.ts";
import type { Problem } from "./problem.ts";

/** Length of the base64 text. */
const MAX_IMAGE_BYTES = 10 * 1024 * 1024;
const MAX_SIDE = 8000;
/** With more images than this in one request, their sides must be shorter. */
const MANY_IMAGES = 20;
const MAX_SIDE_OF_MANY = 2000;
/** Models with a context window up to this size accept fewer images and pages. */
const SMALL_WINDOW = 200_000;

interface Medium {
  type: "image" | "document";
  source: Readonly<Record<string, unknown>>;
  path: string;
}

/** Images and documents: their types, sizes and number. */
export function checkMedia(request: ApiRequest): Problem | undefined {
  const media = findMedia(request);
  if (media.length === 0) return undefined;
  const images = media.filter((medium) => medium.type === "image");
  const documents = media.length - images.length;
  const most = request.model.contextWindow <= SMALL_WINDOW ? 100 : 600;
  if (media.length > most) {
    return invalid(`Too many images and documents: ${images.length} + ${documents} > ${most}`);
  }
  return checkEach(media) ?? checkSides(images) ?? checkPages(media, most);
}

function findMedia({ body }: ApiRequest): Medium[] {
  return [...placedBlocks(body)].flatMap(({ block, path }) => [
    ...mediumOf(block, path),
    ...innerBlocks(block).flatMap((inner, index) => mediumOf(inner, `${path}.tool_result.content.${index}`)),
  ]);
}

function mediumOf(block: ContentBlock, path: string): Medium[] {
  const { source, type } = block;
  if (!isRecord(source) || (type !== "image" && type !== "document")) return [];
  return [{ type, source, path: `${path}.${type}.source.${String(source["type"])}` }];
}

function checkEach(media: readonly Medium[]): Problem | undefined {
  for (const { type, source, path } of media) {
    if (source["type"] === "url" && !/^https?:\/\//.test(String(source["url"]))) {
      return invalid(`${path}.url: Only HTTPS URLs are supported.`);
    }
    if (source["type"] !== "base64") continue;
    const data = String(source["data"]);
    if (!isBase64(data)) return invalid(`${path}.data: Invalid base64 data`);
    const problem =
      type === "image" ? checkImage(data, String(source["media_type"]), path) : checkPdf(data, path);
    if (problem) return problem;
  }
  return undefined;
}

function checkImage(data: string, declared: string, path: string): Problem | undefined {
  if (data.length > MAX_IMAGE_BYTES) {
    return invalid(`${path}: image exceeds 10 MB maximum: ${data.length} bytes > ${MAX_IMAGE_BYTES} bytes`);
  }
  const real = imageTypeOf(data);
  if (real === undefined) return invalid("Could not process image");
  if (real === declared) return undefined;
  return invalid(
    `${path}.data: The image was specified using the ${declared} media type, but the image appears to be a ` +
      `${real} image`,
  );
}

function checkPdf(data: string, path: string): Problem | undefined {
  const head = Buffer.from(data.slice(0, 1400), "base64").toString("latin1");
  return head.includes("%PDF-") ? undefined : invalid(`${path}.data: The PDF specified was not valid.`);
}

function checkSides(images: readonly Medium[]): Problem | undefined {
  const max = images.length > MANY_IMAGES ? MAX_SIDE_OF_MANY : MAX_SIDE;
  const paths = images.filter(({ source }) => longestSide(source) > max).map(({ path }) => `${path}.data`);
  if (paths.length === 0) return undefined;
  const kind = max === MAX_SIDE ? "" : " for many-image requests";
  return invalid(
    `${paths[0]}: At least one of the image dimensions exceed max allowed size${kind}: ${max} pixels`,
    { error_code: "image_dimensions_too_large", max_side_length_pixels: max, paths },
  );
}

function longestSide(source: Readonly<Record<string, unknown>>): number {
  if (source["type"] !== "base64") return 0;
  const size = imageSizeOf(String(source["data"]));
  return size ? Math.max(size.width, size.height) : 0;
}

function checkPages(media: readonly Medium[], most: number): Problem | undefined {
  const pages = media
    .filter(({ type, source }) => type === "document" && source["type"] === "base64")
    .reduce((sum, { source }) => sum + countPages(Buffer.from(String(source["data"]), "base64")), 0);
  return pages > most ? invalid(`A maximum of ${most} PDF pages may be provided.`) : undefined;
}

/** Padded to whole groups of four, as the API demands; `data:` URLs and line breaks are refused. */
function isBase64(data: string): boolean {
  if (data === "" || data.length % 4 !== 0) return false;
  // A pattern over the whole text can overflow the stack when it is megabytes long.
  const end = data.endsWith("==") ? -2 : data.endsWith("=") ? -1 : data.length;
  return !/[^A-Za-z0-9+/]/.test(data.slice(0, end));
}
