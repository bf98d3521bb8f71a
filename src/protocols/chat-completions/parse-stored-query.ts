import { z } from "zod";

import type { CompletionQuery, PageRequest } from "../../core/ports/completion-store.ts";
import { parseBody } from "../parse-body.ts";
import { parseMetadata } from "../parse-metadata.ts";
import { readStoredMessageId } from "./stored-message.ts";
import { noSuchCursor } from "./stored-error.ts";

const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 100;
const WHOLE_OR_DECIMAL = /^-?\d+(\.\d+)?$/;
const METADATA_FILTER = /^metadata\[(.*)\]$/s;

const querySchema = z.looseObject({
  limit: z.int().min(1).max(MAX_LIMIT).default(DEFAULT_LIMIT),
  order: z.enum(["asc", "desc"]).default("asc"),
  after: z.string().optional(),
  model: z.string().optional(),
  metadata: z.record(z.string(), z.string()).optional(),
});

/**
 * Reads the query of `GET /v1/chat/completions`.
 * @throws RequestError naming the first parameter that is wrong.
 */
export function parseStoredCompletionsQuery(parameters: URLSearchParams): CompletionQuery {
  const { limit, order, after, model, metadata } = parseBody(querySchema, decodeQuery(parameters));
  return {
    limit,
    order,
    ...(after !== undefined && { after }),
    ...(model !== undefined && { model }),
    metadata: parseMetadata(metadata),
  };
}

/**
 * Reads the query of `GET /v1/chat/completions/{id}/messages`.
 * @throws RequestError naming the first parameter that is wrong.
 */
export function parseStoredMessagesQuery(
  parameters: URLSearchParams,
  completionId: string,
): PageRequest<number> {
  const { limit, order, after } = parseBody(querySchema, decodeQuery(parameters));
  if (after === undefined) return { limit, order };
  const position = readStoredMessageId(after, completionId);
  if (position === undefined) throw noSuchCursor("message", after);
  return { limit, order, after: position };
}

/** The query parameters as JSON values; an empty one counts as absent, since the SDKs write null that way. */
function decodeQuery(parameters: URLSearchParams): Readonly<Record<string, unknown>> {
  const given: [string, unknown][] = [];
  const metadata: [string, string][] = [];
  for (const [name, value] of parameters) {
    const [, key] = METADATA_FILTER.exec(name) ?? [];
    if (key !== undefined) metadata.push([key, value]);
    else if (value !== "") given.push([name, name === "limit" ? decodeNumber(value) : value]);
  }
  if (metadata.length > 0) given.push(["metadata", Object.fromEntries(metadata)]);
  return Object.fromEntries(given);
}

function decodeNumber(text: string): unknown {
  return WHOLE_OR_DECIMAL.test(text) ? Number(text) : text;
}
