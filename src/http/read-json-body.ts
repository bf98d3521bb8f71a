import { AppError } from "../core/app-error.ts";
import { nextTick } from "../lib/time.ts";
import { JsonBounds, requireShortLists } from "../protocols/json-bounds.ts";
import { RequestError } from "../protocols/request-error.ts";
import type { AppContext } from "./app-env.ts";
import { ACCEPTED_ENCODINGS, decompress, readEncodings } from "./decompress.ts";

/** Takes a millisecond or two. */
const SLICE_BYTES = 512 * 1024;
const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json$/i;

/**
 * The request's body, decompressed and decoded. Only JSON content types are taken: a cross-site form cannot send one without
 * the browser asking first.
 * @throws AppError when it is not JSON, not UTF-8, beyond the bounds of what is read, or longer than `maxBytes`, before or after
 * it is decompressed; what is too long is not read to its end.
 */
export async function readJsonBody(context: AppContext, maxBytes: number): Promise<unknown> {
  requireJson(context);
  const encodings = requireKnownEncodings(context);
  const bytes = await decompress(await readBytes(context, maxBytes), encodings, {
    maxBytes,
    tooLarge: () => describeTooLarge(maxBytes),
  });
  const bounds = new JsonBounds(bytes);
  while (!bounds.look(SLICE_BYTES)) await nextTick();
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw describeBadJson("what was sent was not valid UTF-8", error);
  }
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (error) {
    throw describeBadJson("what was sent was not valid JSON", error);
  }
  requireShortLists(body);
  return body;
}

function requireJson(context: AppContext): void {
  const [mediaType = ""] = (context.req.header("content-type") ?? "").split(";");
  if (!JSON_TYPE.test(mediaType.trim())) {
    throw new AppError({
      kind: "unsupported-media-type",
      message: "The body must be JSON. Send the header Content-Type: application/json.",
    });
  }
}

function requireKnownEncodings(context: AppContext): readonly string[] {
  try {
    return readEncodings(context.req.header("content-encoding"));
  } catch (error) {
    context.header("Accept-Encoding", ACCEPTED_ENCODINGS);
    throw error;
  }
}

async function readBytes(context: AppContext, maxBytes: number): Promise<Uint8Array> {
  const declared = context.req.header("content-length");
  if (declared !== undefined && Number(declared) > maxBytes) throw refuseUnread(context, maxBytes);
  try {
    // Node holds a body to its declared length; only one without needs counting.
    if (declared !== undefined) return new Uint8Array(await context.req.raw.arrayBuffer());
    return await readCounted(context, maxBytes);
  } catch (error) {
    if (error instanceof AppError) throw error;
    const message = "The connection ended before the body was complete.";
    throw new AppError({ kind: "cancelled", message }, { cause: error });
  }
}

async function readCounted(context: AppContext, maxBytes: number): Promise<Uint8Array> {
  const { body } = context.req.raw;
  if (body === null) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let length = 0;
  // Not cancelled when it is too long: that would cut the connection before the answer is out.
  const reader = body.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    length += next.value.byteLength;
    if (length > maxBytes) throw refuseUnread(context, maxBytes);
    chunks.push(next.value);
  }
  return Buffer.concat(chunks);
}

function refuseUnread(context: AppContext, maxBytes: number): AppError {
  // The rest of the body is unread, so the connection cannot carry another request.
  context.header("Connection", "close");
  return describeTooLarge(maxBytes);
}

function describeTooLarge(maxBytes: number): AppError {
  return new AppError({
    kind: "payload-too-large",
    message: `The request body is too large. This server accepts up to ${maxBytes} bytes.`,
  });
}

function describeBadJson(problem: string, cause: unknown): RequestError {
  const error = new RequestError(
    null,
    `We could not parse the JSON body of your request. (HINT: This likely means you aren't using your HTTP library correctly. The API expects a JSON payload, but ${problem}.)`,
  );
  error.cause = cause;
  return error;
}
