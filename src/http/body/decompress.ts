import { promisify } from "node:util";
import zlib from "node:zlib";

import { AppError } from "../../core/words/app-error.ts";
import { RequestError } from "../../protocols/request-error.ts";
import { codeOf } from "../../lib/error-code.ts";

type Decoder = (bytes: Uint8Array, options: { readonly maxOutputLength: number }) => Promise<Uint8Array>;

const gunzip: Decoder = promisify(zlib.gunzip);
const inflate: Decoder = promisify(zlib.inflate);
const inflateRaw: Decoder = promisify(zlib.inflateRaw);

const DECODERS: ReadonlyMap<string, Decoder> = new Map([
  ["gzip", gunzip],
  ["x-gzip", gunzip],
  ["deflate", inflateEither],
  ["br", promisify(zlib.brotliDecompress)],
  ["zstd", promisify(zlib.zstdDecompress)],
]);

/** The `Accept-Encoding` of an answer that refuses another encoding. */
export const ACCEPTED_ENCODINGS = "gzip, deflate, br, zstd";

/** Nobody needs more than one; each one costs a pass. */
const MAX_ENCODINGS = 2;

/**
 * The encodings in a `Content-Encoding` header, in the order in which they were applied; empty for a plain body.
 * @throws AppError `unsupported-media-type` for an encoding that cannot be undone here.
 */
export function readEncodings(header: string | undefined): readonly string[] {
  const names = (header ?? "")
    .split(",")
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== "" && name !== "identity");
  if (names.length <= MAX_ENCODINGS && names.every((name) => DECODERS.has(name))) return names;
  throw new AppError({
    kind: "unsupported-media-type",
    message: `This Content-Encoding is not supported. Send the body as ${ACCEPTED_ENCODINGS}, or without one.`,
  });
}

/**
 * Undoes these encodings, the last one first. However large the body grows, at most `maxBytes` of it are held.
 * @throws RequestError when the body is broken; what `tooLarge` returns when it is larger than `maxBytes`.
 */
export async function decompress(
  bytes: Uint8Array,
  encodings: readonly string[],
  { maxBytes, tooLarge }: { readonly maxBytes: number; readonly tooLarge: () => AppError },
): Promise<Uint8Array> {
  let decoded = bytes;
  for (const name of encodings.toReversed()) {
    try {
      decoded = (await DECODERS.get(name)?.(decoded, { maxOutputLength: maxBytes })) ?? decoded;
    } catch (error) {
      if (isTooLarge(error)) throw tooLarge();
      throw describeBroken(name, error);
    }
  }
  return decoded;
}

/** `deflate` should mean zlib's format, but some clients send raw deflate. */
async function inflateEither(...given: Parameters<Decoder>): Promise<Uint8Array> {
  try {
    return await inflate(...given);
  } catch (error) {
    if (isTooLarge(error)) throw error;
    return inflateRaw(...given);
  }
}

function isTooLarge(error: unknown): boolean {
  return codeOf(error) === "ERR_BUFFER_TOO_LARGE";
}

function describeBroken(name: string, cause: unknown): RequestError {
  const error = new RequestError(
    null,
    `The body could not be decompressed: it is not what its Content-Encoding says (${name}), or it was cut.`,
  );
  error.cause = cause;
  return error;
}
