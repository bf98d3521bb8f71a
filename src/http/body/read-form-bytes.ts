import { AppError } from "../../core/words/app-error.ts";
import type { AppContext } from "../app-env.ts";

/** Room for the boundaries, headers and fields around a file. */
const FORM_BYTES = 1024 * 1024;
const FORM_TYPE = /^multipart\/form-data\s*;(?:.*;)?\s*boundary\s*=\s*(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i;

/** The bytes of a request as they arrive. */
export interface FormBytes extends AsyncIterable<Uint8Array> {
  /** Reads the rest and discards it, so that the answer reaches a client that sends everything before it listens. */
  skipRest(): Promise<void>;
}

/**
 * The body of a multipart form, not yet read.
 * @throws AppError when it is not a form, or what `tooLarge` returns when it is longer than a form with a file of `maxBytes` can
 * be; also while it is being read.
 */
export function readFormBytes(
  context: AppContext,
  maxBytes: number,
  tooLarge: () => AppError,
): { readonly boundary: string; readonly bytes: FormBytes } {
  const [, quoted, token] = FORM_TYPE.exec(context.req.header("content-type") ?? "") ?? [];
  const boundary = quoted ?? token;
  if (boundary === undefined) {
    throw new AppError({
      kind: "unsupported-media-type",
      message: "The body must be a form with the file. Send it as Content-Type: multipart/form-data.",
    });
  }
  const encoding = context.req.header("content-encoding") ?? "identity";
  if (encoding.toLowerCase() !== "identity") {
    throw new AppError({
      kind: "unsupported-media-type",
      message: "A form is not taken compressed. Send it without Content-Encoding.",
    });
  }
  const limit = maxBytes + FORM_BYTES;
  if (Number(context.req.header("content-length") ?? 0) > limit) {
    // The body stays unread, so the connection cannot carry another request.
    context.header("Connection", "close");
    throw tooLarge();
  }
  return { boundary, bytes: createBytes(context, limit, tooLarge) };
}

function createBytes(context: AppContext, limit: number, tooLarge: () => AppError): FormBytes {
  const reader = context.req.raw.body?.getReader();
  let length = 0;
  let isOver = reader === undefined;
  const isTooLong = () => length > limit;
  const next = async (): Promise<Uint8Array | undefined> => {
    if (!reader || isOver) return undefined;
    try {
      const { done, value } = await reader.read();
      isOver = done;
      length += value?.byteLength ?? 0;
      return value;
    } catch (error) {
      isOver = true;
      const message = "The connection ended before the body was complete.";
      throw new AppError({ kind: "cancelled", message }, { cause: error });
    }
  };
  return {
    async *[Symbol.asyncIterator]() {
      for (let bytes = await next(); bytes; bytes = await next()) {
        if (isTooLong()) throw tooLarge();
        yield bytes;
      }
    },
    async skipRest() {
      try {
        while (!isTooLong() && (await next()));
      } catch (error) {
        // The client is gone: nobody is left to read the answer.
        if (!(error instanceof AppError)) throw error;
      }
      if (!isOver) context.header("Connection", "close");
    },
  };
}
