import { z } from "zod";

import type { Metadata } from "../../core/ports/completion-store.ts";
import { parseBody } from "../parse-body.ts";
import { parseMetadata } from "../parse-metadata.ts";

const updateSchema = z.looseObject({ metadata: z.record(z.string(), z.string()).nullable() });

/**
 * Reads the body of `POST /v1/chat/completions/{id}`: the metadata that takes the place of the old; null means none.
 * @throws RequestError
 */
export function parseStoredUpdate(body: unknown): Metadata {
  return parseMetadata(parseBody(updateSchema, body).metadata);
}
