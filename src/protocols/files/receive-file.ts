import { z } from "zod";

import { AppError } from "../../core/words/app-error.ts";
import type { FileUpload, StoredFile } from "../../core/ports/file-store.ts";
import { MultipartError, type MultipartPart, readMultipart } from "../../lib/multipart-reader.ts";
import { parseBody } from "../parse-body.ts";
import { invalidValue, missingParameter, RequestError, unsupportedValue } from "../request-error.ts";
import { cleanFilename } from "./clean-filename.ts";
import { readDisposition } from "./read-disposition.ts";

/** The purposes that are accepted: files for the model to read. */
export const PURPOSES = ["assistants", "user_data", "vision"];
/** OpenAI's other purposes, which nothing in Turnpike would use. */
const UNSERVED_PURPOSES = new Set(["batch", "evals", "fine-tune"]);
const MAX_FIELD_BYTES = 64 * 1024;

const fieldsSchema = z.looseObject({
  purpose: z.string(),
  expires_after: z
    .looseObject({ anchor: z.enum(["created_at"]), seconds: z.int().min(3_600).max(2_592_000) })
    .optional(),
});

interface Received {
  readonly fields: Record<string, unknown>;
  readonly expiry: Record<string, unknown>;
  file?: { readonly upload: FileUpload; readonly filename: string };
}

/**
 * Parses the form of `POST /v1/files` as it arrives, with its fields in any order, and keeps the file's bytes.
 * @throws RequestError naming what is missing or wrong; AppError when the file is too large. Nothing is kept then.
 */
export async function receiveFile(
  source: AsyncIterable<Uint8Array>,
  boundary: string,
  sink: { readonly maxBytes: number; readonly beginUpload: () => Promise<FileUpload> },
): Promise<StoredFile> {
  const received: Received = { fields: {}, expiry: {} };
  try {
    for await (const part of readMultipart(source, boundary)) {
      const disposition = readDisposition(part.headers.get("content-disposition"));
      if (disposition?.name === "file") {
        await receiveContent(part, disposition.filename, received, sink);
      } else if (disposition) {
        setField(received, disposition.name, await readField(part, disposition.name));
      }
    }
    if (!received.file) throw missingParameter("file");
    const { purpose, expiresAfterMs } = checkFields(received);
    const { upload, filename } = received.file;
    return await upload.finish({
      filename,
      purpose,
      ...(expiresAfterMs !== undefined && { expiresAt: upload.createdAt + expiresAfterMs }),
    });
  } catch (error) {
    if (!(error instanceof MultipartError)) throw error;
    throw new RequestError(null, `We could not parse the multipart body of your request: ${error.message}.`);
  } finally {
    await received.file?.upload.discard();
  }
}

async function receiveContent(
  part: MultipartPart,
  filename: string | undefined,
  received: Received,
  sink: { readonly maxBytes: number; readonly beginUpload: () => Promise<FileUpload> },
): Promise<void> {
  if (filename === undefined) {
    throw new RequestError(
      "invalid_type",
      "Invalid type for 'file': expected a file, but got a text.",
      "file",
    );
  }
  if (received.file) throw new RequestError("invalid_value", "Invalid 'file': expected one file.", "file");
  // If the purpose has already arrived, it is checked before anything is written.
  if (received.fields["purpose"] !== undefined) checkFields(received);
  const upload = await sink.beginUpload();
  received.file = { upload, filename: cleanFilename(filename) };
  let byteCount = 0;
  for await (const bytes of part.body) {
    byteCount += bytes.byteLength;
    if (byteCount > sink.maxBytes) throw fileTooLarge(sink.maxBytes);
    await upload.write(bytes);
  }
  if (byteCount === 0) throw new RequestError("invalid_value", "Invalid 'file': the file is empty.", "file");
}

async function readField(part: MultipartPart, name: string): Promise<string> {
  const pieces: Uint8Array[] = [];
  let byteCount = 0;
  for await (const bytes of part.body) {
    byteCount += bytes.byteLength;
    if (byteCount > MAX_FIELD_BYTES) {
      const shown = name.slice(0, 64);
      throw new RequestError("string_above_max_length", `Invalid '${shown}': the text is too long.`, shown);
    }
    pieces.push(bytes);
  }
  return Buffer.concat(pieces).toString("utf8");
}

function setField({ fields, expiry }: Received, name: string, value: string): void {
  if (name === "purpose") fields["purpose"] = value;
  const [, key] = /^expires_after\[(\w+)\]$/.exec(name) ?? [];
  if (key === undefined) return;
  expiry[key] = key === "seconds" && /^-?\d+$/.test(value) ? Number(value) : value;
  fields["expires_after"] = expiry;
}

function checkFields({ fields }: Received): { readonly purpose: string; readonly expiresAfterMs?: number } {
  const { purpose, expires_after: expiresAfter } = parseBody(fieldsSchema, fields);
  if (UNSERVED_PURPOSES.has(purpose)) {
    const hint = `This server takes files for the model to read: ${PURPOSES.join(", ")}.`;
    throw unsupportedValue("purpose", purpose, hint);
  }
  if (!PURPOSES.includes(purpose)) throw invalidValue("purpose", purpose, PURPOSES);
  return { purpose, ...(expiresAfter && { expiresAfterMs: expiresAfter.seconds * 1000 }) };
}

export function fileTooLarge(maxBytes: number): AppError {
  return new AppError({
    kind: "payload-too-large",
    message: `The file is too large. This server accepts files up to ${maxBytes} bytes.`,
    param: "file",
  });
}
