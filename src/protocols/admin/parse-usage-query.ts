import * as z from "zod";

import type { SumDimension } from "../../core/ports/request-log.ts";
import { RequestError } from "../request-error.ts";
import { EXPORT_FORMATS, type ExportFormat } from "./format-export.ts";
import { queryText } from "./query-text.ts";
import { queryTime } from "./query-time.ts";

const DAY_MS = 86_400_000;
const DEFAULT_SPAN_MS = 30 * DAY_MS;
/** Sums of days are kept as long. */
const LONGEST_SPAN_MS = 5 * 366 * DAY_MS;

const timeZone = z.string().max(64).refine(isTimeZone);

export interface UsageQuery<Division extends string> {
  readonly by: Division;
  readonly since: number;
  readonly until: number;
  readonly timeZone: string;
  readonly only: Partial<Record<SumDimension, string>>;
  /** Absent: an answer in JSON. */
  readonly format?: ExportFormat;
}

/** @throws RequestError */
export function parseUsageQuery<Division extends string>(
  query: Readonly<Record<string, string>>,
  divisions: readonly Division[],
  now: number,
): UsageQuery<Division> {
  const parsed = z
    .strictObject({
      by: z.enum(divisions).optional(),
      since: queryTime.optional(),
      until: queryTime.optional(),
      time_zone: timeZone.optional(),
      principal: queryText.optional(),
      model: queryText.optional(),
      profile: queryText.optional(),
      format: z.enum(EXPORT_FORMATS).optional(),
    })
    .safeParse(query);
  if (!parsed.success) throw describe(parsed.error, divisions);
  const { by = divisions[0], until = now, principal, model, profile, format } = parsed.data;
  const since = parsed.data.since ?? until - DEFAULT_SPAN_MS;
  if (by === undefined) throw new Error("There is something to tell usage by");
  if (since >= until || until - since > LONGEST_SPAN_MS) {
    throw new RequestError(
      "invalid_value",
      "Invalid 'since': expected a time before 'until', by five years at most.",
      "since",
    );
  }
  const restricted = by !== "conversation" ? undefined : model !== undefined ? "model" : profile && "profile";
  if (restricted) {
    throw new RequestError(
      "invalid_value",
      `Invalid '${restricted}': usage by conversation is told of all or of a key only.`,
      restricted,
    );
  }
  return {
    by,
    since,
    until,
    timeZone: parsed.data.time_zone ?? "UTC",
    only: {
      ...(principal !== undefined && { principalId: principal }),
      ...(model !== undefined && { model }),
      ...(profile !== undefined && { profile }),
    },
    ...(format && { format }),
  };
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

function describe(error: z.ZodError, divisions: readonly string[]): RequestError {
  const [issue] = error.issues;
  if (issue?.code === "unrecognized_keys") {
    return new RequestError("invalid_value", `Unknown query parameter '${issue.keys[0]}'.`, issue.keys[0]);
  }
  const expected: Readonly<Record<string, string>> = {
    by: `one of ${divisions.join(", ")}`,
    since: "a time: milliseconds since the epoch, or ISO 8601",
    until: "a time: milliseconds since the epoch, or ISO 8601",
    time_zone: "a time zone such as Europe/Berlin",
    format: EXPORT_FORMATS.join(" or "),
  };
  const param = String(issue?.path[0]);
  return new RequestError(
    "invalid_value",
    `Invalid '${param}': expected ${expected[param] ?? "some text"}.`,
    param,
  );
}
