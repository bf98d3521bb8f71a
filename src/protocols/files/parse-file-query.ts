import { z } from "zod";

import type { FileQuery } from "../../core/ports/file-store.ts";
import { parseBody } from "../parse-body.ts";

const MAX_LIMIT = 10_000;

const querySchema = z.looseObject({
  limit: z.int().min(1).max(MAX_LIMIT).default(MAX_LIMIT),
  order: z.enum(["asc", "desc"]).default("desc"),
  after: z.string().optional(),
  purpose: z.string().optional(),
});

/**
 * Reads the query of `GET /v1/files`; an empty parameter is absent.
 * @throws RequestError naming the first parameter that is wrong.
 */
export function parseFileQuery(parameters: URLSearchParams): FileQuery {
  const given = [...parameters].flatMap(([name, value]): [string, unknown][] => {
    if (value === "") return [];
    return [[name, name === "limit" && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value]];
  });
  const { limit, order, after, purpose } = parseBody(querySchema, Object.fromEntries(given));
  return {
    limit,
    order,
    ...(after !== undefined && { after }),
    ...(purpose !== undefined && { purpose }),
  };
}
