import { z } from "zod";

import type { TurnId } from "../../core/words/ids.ts";
import { parseBody } from "../parse-body.ts";
import { RequestError } from "../request-error.ts";
import { parseTurnId } from "./parse-turn-id.ts";

const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 100;

const querySchema = z.looseObject({
  limit: z.int().min(1).max(MAX_LIMIT).default(DEFAULT_LIMIT),
  after: z.string().optional(),
});

export interface ChangesQuery {
  readonly limit: number;
  readonly after?: TurnId;
}

/**
 * Reads the query of `GET /conversations/{id}/changes`; an empty parameter is absent.
 * @throws RequestError naming the first parameter that is wrong.
 */
export function parseChangesQuery(parameters: URLSearchParams): ChangesQuery {
  const given = [...parameters].flatMap(([name, value]): [string, unknown][] => {
    if (value === "") return [];
    return [[name, name === "limit" && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value]];
  });
  const { limit, after: name } = parseBody(querySchema, Object.fromEntries(given));
  if (name === undefined) return { limit };
  const after = parseTurnId(name);
  if (after === undefined) throw noSuchChangesCursor();
  return { limit, after };
}

export function noSuchChangesCursor(): RequestError {
  return new RequestError(
    "invalid_value",
    "Invalid 'after': expected the id of a turn that changed files in this conversation.",
    "after",
  );
}
