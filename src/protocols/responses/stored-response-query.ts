import { z } from "zod";

import type { ItemPage } from "../../core/ports/response-store.ts";
import { parseBody } from "../parse-body.ts";
import { INCLUDABLE } from "./includable.ts";

const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 100;
const WHOLE_OR_DECIMAL = /^-?\d+(\.\d+)?$/;

const include = z.array(z.enum(INCLUDABLE)).optional();

const responseQuerySchema = z.looseObject({
  include,
  stream: z.boolean().default(false),
  starting_after: z.int().min(0).optional(),
});

const itemsQuerySchema = z.looseObject({
  include,
  limit: z.int().min(1).max(MAX_LIMIT).default(DEFAULT_LIMIT),
  order: z.enum(["asc", "desc"]).default("desc"),
  after: z.string().optional(),
});

export interface StoredResponseQuery {
  readonly isStream: boolean;
  /** The number of the last event that the client has; -1 when it wants all. */
  readonly startingAfter: number;
}

/**
 * Reads the query of `GET /v1/responses/{id}`. What `include` named when the response was created is stored with it and always
 * shown.
 * @throws RequestError naming the first parameter that is wrong.
 */
export function parseStoredResponseQuery(parameters: URLSearchParams): StoredResponseQuery {
  const query = parseBody(responseQuerySchema, decodeQuery(parameters));
  return { isStream: query.stream, startingAfter: query.starting_after ?? -1 };
}

/**
 * Reads the query of `GET /v1/responses/{id}/input_items`.
 * @throws RequestError naming the first parameter that is wrong.
 */
export function parseInputItemsQuery(parameters: URLSearchParams): ItemPage {
  const { limit, order, after } = parseBody(itemsQuerySchema, decodeQuery(parameters));
  return { limit, order, ...(after !== undefined && { after }) };
}

/** The query parameters as JSON values; an empty one counts as absent, since the SDKs write null that way. */
function decodeQuery(parameters: URLSearchParams): Readonly<Record<string, unknown>> {
  const given: Record<string, unknown> = {};
  const includes: string[] = [];
  for (const [name, value] of parameters) {
    if (/^include(\[\d*\])?$/.test(name)) includes.push(value);
    else if (value !== "") given[name] = decodeValue(name, value);
  }
  return { ...given, ...(includes.length > 0 && { include: includes }) };
}

function decodeValue(name: string, value: string): unknown {
  switch (name) {
    case "limit":
    case "starting_after":
      return WHOLE_OR_DECIMAL.test(value) ? Number(value) : value;
    case "stream":
      return value === "true" ? true : value === "false" ? false : value;
    default:
      return value;
  }
}
