import * as z from "zod";

import type { RequestFilter, RequestPage } from "../../core/ports/request-log.ts";
import { RequestError } from "../request-error.ts";
import { EXPORT_FORMATS, type ExportFormat } from "./format-export.ts";
import { queryText } from "./query-text.ts";
import { queryTime } from "./query-time.ts";

const MAX_LIMIT = 1_000;
const DEFAULT_LIMIT = 50;

const count = (most: number) =>
  z
    .string()
    .regex(/^\d{1,15}$/)
    .transform(Number)
    .refine((number) => number <= most);

/** The filters as the query spells them. */
export type RequestParameter =
  | Exclude<keyof RequestFilter, "principalId" | "slowerThanMs">
  | "principal"
  | "slower_than_ms";

const filterShape = {
  since: queryTime.optional(),
  until: queryTime.optional(),
  principal: queryText.optional(),
  model: queryText.optional(),
  profile: queryText.optional(),
  protocol: queryText.optional(),
  status: count(999).optional(),
  error: queryText.optional(),
  client: queryText.optional(),
  conversation: queryText.optional(),
  placement: queryText.optional(),
  slower_than_ms: count(1e12).optional(),
} satisfies Readonly<Record<RequestParameter, z.ZodType>>;
const pageSchema = z.strictObject({
  ...filterShape,
  limit: count(MAX_LIMIT)
    .refine((limit) => limit >= 1)
    .optional(),
  after: z
    .string()
    .regex(/^\d{1,15}_req_\w{1,64}$/)
    .optional(),
});
const exportSchema = z.strictObject({ ...filterShape, format: z.enum(EXPORT_FORMATS).optional() });

const EXPECTED: Readonly<Record<string, string>> = {
  since: "a time: milliseconds since the epoch, or ISO 8601",
  until: "a time: milliseconds since the epoch, or ISO 8601",
  status: "an HTTP status such as 429",
  slower_than_ms: "a number of milliseconds",
  limit: `a number from 1 to ${MAX_LIMIT}`,
  after: "the `next` of an earlier page",
  format: EXPORT_FORMATS.join(" or "),
};

export interface RequestPageQuery {
  readonly filter: RequestFilter;
  readonly page: RequestPage;
}

/** @throws RequestError */
export function parseRequestPageQuery(query: Readonly<Record<string, string>>): RequestPageQuery {
  const { limit = DEFAULT_LIMIT, after, ...filter } = parse(pageSchema, query);
  const [startedAt, ...id] = after?.split("_") ?? [];
  return {
    filter: toFilter(filter),
    page: {
      limit,
      ...(startedAt !== undefined && { after: { startedAt: Number(startedAt), id: id.join("_") } }),
    },
  };
}

/** @throws RequestError */
export function parseExportQuery(query: Readonly<Record<string, string>>): {
  readonly filter: RequestFilter;
  readonly format: ExportFormat;
} {
  const { format = "ndjson", ...filter } = parse(exportSchema, query);
  return { filter: toFilter(filter), format };
}

function parse<Shape>(schema: z.ZodType<Shape>, query: Readonly<Record<string, string>>): Shape {
  const parsed = schema.safeParse(query);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const name = issue?.code === "unrecognized_keys" ? issue.keys[0] : String(issue?.path[0]);
  throw new RequestError(
    "invalid_value",
    issue?.code === "unrecognized_keys"
      ? `Unknown query parameter '${name}'.`
      : `Invalid '${name}': expected ${EXPECTED[name ?? ""] ?? "some text"}.`,
    name,
  );
}

function toFilter({
  principal,
  slower_than_ms: slowerThanMs,
  ...rest
}: z.output<z.ZodObject<typeof filterShape>>): RequestFilter {
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  return {
    ...given,
    ...(principal !== undefined && { principalId: principal }),
    ...(slowerThanMs !== undefined && { slowerThanMs }),
  };
}
