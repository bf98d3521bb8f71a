import { AppError } from "../../core/words/app-error.ts";
import { readRequestJson } from "../../protocols/read-request-json.ts";
import { RequestError } from "../../protocols/request-error.ts";
import type { AppContext } from "../app-env.ts";
import { ACCEPTED_ENCODINGS, decompress, readEncodings } from "./decompress.ts";
import { readBytes } from "./read-bytes.ts";

const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json$/i;

/**
 * The request's body, decompressed and decoded. Only JSON content types are accepted: a cross-site form cannot send one without
 * the browser asking first.
 * @throws AppError when it is not JSON, not UTF-8, beyond the limits of what is read, or longer than `maxBytes` before or after
 * decompression; a body that is too long is not read to its end.
 */
export async function readJsonBody(context: AppContext, maxBytes: number): Promise<unknown> {
  requireJson(context);
  const encodings = requireKnownEncodings(context);
  const bytes = await decompress(await readBody(context, maxBytes), encodings, {
    maxBytes,
    tooLarge: () => describeTooLarge(maxBytes),
  });
  try {
    return await readRequestJson(bytes);
  } catch (error) {
    if (error instanceof TypeError) throw describeBadJson("what was sent was not valid UTF-8", error);
    if (error instanceof SyntaxError) throw describeBadJson("what was sent was not valid JSON", error);
    throw error;
  }
}

/** By its headers alone: whoever asks the request for its stream begins to read it. */
export function hasBody(context: AppContext): boolean {
  const { "content-length": length = "0", "transfer-encoding": encoding } = context.env.incoming.headers;
  return encoding !== undefined || length !== "0";
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

async function readBody(context: AppContext, maxBytes: number): Promise<Uint8Array> {
  const tooLarge = () => refuseUnread(context, maxBytes);
  const declared = context.req.header("content-length");
  if (declared !== undefined && Number(declared) > maxBytes) throw tooLarge();
  try {
    return await readBytes(context.env.incoming, maxBytes, tooLarge);
  } catch (error) {
    if (error instanceof AppError) throw error;
    const message = "The connection ended before the body was complete.";
    throw new AppError({ kind: "cancelled", message }, { cause: error });
  }
}

function refuseUnread(context: AppContext, maxBytes: number): AppError {
  // The rest of the body is unread, so the connection cannot carry another request.
  context.header("Connection", "close");
  return describeTooLarge(maxBytes);
}

function describeTooLarge(maxBytes: number): AppError {
  return new AppError({
    kind: "payload-too-large",
    // By the last words opencode knows that it has to compact, whatever the status.
    message: `The request body is too large. This server accepts up to ${maxBytes} bytes: leave out images or files, or reduce the length of the messages.`,
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
