import { ConfigError } from "../../config/config-error.ts";
import { parseDuration } from "../../config/schema/duration.ts";
import type { KeyBody, KeySettingsBody } from "../../protocols/admin/key-schemas.ts";
import { readMoment } from "../usage/read-moment.ts";

type Flags<Field extends PropertyKey> = Readonly<Record<Field, readonly [flags: string, about: string]>>;

/** Flags of lists, by the fields of the admin API that they become. */
export const LIST_FLAGS = {
  models: [
    "--model <ids>",
    "only these models, by the ids that /v1/models lists; claude-* for all that begin so",
  ],
  profiles: ["--profile <names>", "only models of these profiles"],
  workspaces: ["--workspace <folders>", "turns with tools work only in these folders"],
  permission_modes: ["--permission-mode <modes>", "only these modes, plan and dontAsk besides"],
} as const satisfies Flags<ListField>;

/** The same of limits. */
export const LIMIT_FLAGS = {
  requests_per_minute: ["--requests-per-minute <number>", "most requests in a minute"],
  tokens_per_minute: ["--tokens-per-minute <number>", "most tokens in a minute, input and output together"],
  tokens_per_day: ["--tokens-per-day <number>", "most tokens in a day of UTC"],
  turns_at_once: ["--turns-at-once <number>", "most turns that run or wait at once"],
  cost_per_day_usd: ["--cost-per-day <dollars>", "most US dollars in a day of UTC"],
  cost_per_month_usd: ["--cost-per-month <dollars>", "most US dollars in a month of UTC"],
} as const satisfies Flags<keyof KeyBody["limits"]>;

/** The fields that take a list. */
type ListField = {
  [Field in keyof KeySettingsBody]-?: NonNullable<KeySettingsBody[Field]> extends readonly unknown[]
    ? Field
    : never;
}[keyof KeySettingsBody];

const LONGEST_MS = 100 * 366 * 24 * 60 * 60 * 1000;

/** What takes a bound or a limit away again. */
const ANY = "any";

/**
 * The body of the admin API for what is given; what is not stays out of it. The server checks the rest.
 * @throws ConfigError for a number or a time that is none
 */
export function keyBodyOf(
  textOf: (field: string) => string | undefined,
  now: number,
): Record<string, unknown> {
  const body: Record<string, unknown> = {};
  for (const field of ["name", "role"]) {
    const text = textOf(field);
    if (text !== undefined) body[field] = text;
  }
  const approve = textOf("approve");
  if (approve !== undefined) body["approve"] = approve === "default" ? null : approve;
  for (const field of Object.keys(LIST_FLAGS)) {
    const text = textOf(field);
    if (text !== undefined) body[field] = text === ANY ? null : text.split(",").map((item) => item.trim());
  }
  const limits = Object.keys(LIMIT_FLAGS).flatMap((field) => {
    const text = textOf(field);
    return text === undefined ? [] : [[field, text === ANY ? null : readNumber(text, field)] as const];
  });
  if (limits.length > 0) body["limits"] = Object.fromEntries(limits);
  const expires = textOf("expires");
  if (expires !== undefined) body["expires_at"] = expires === "never" ? null : readEnd(expires, now);
  const content = textOf("log_content");
  if (content !== undefined) body["log_content"] = content === "on";
  return body;
}

/** How long the earlier secrets stay valid. @throws ConfigError */
export function rotationBodyOf(grace: string | undefined): object {
  if (grace === undefined) return {};
  const ms = parseDuration(grace, LONGEST_MS);
  if (ms === undefined) throw new ConfigError(["--grace: expected a length of time such as 1h."]);
  return { grace_seconds: ms / 1000 };
}

function readNumber(text: string, field: string): number {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  throw new ConfigError([
    `--${field.replace(/_usd$/, "").replaceAll("_", "-")}: expected a number, or ${ANY}.`,
  ]);
}

function readEnd(text: string, now: number): number {
  const ms = parseDuration(text, LONGEST_MS);
  if (ms !== undefined && /[a-z]$/.test(text)) return now + ms;
  const at = /^\d{4}-/.test(text) ? readMoment(text, now, false) : undefined;
  if (at !== undefined) return at;
  throw new ConfigError([
    "--expires: expected a length of time such as 30d, a date such as 2027-01-31, or never.",
  ]);
}
