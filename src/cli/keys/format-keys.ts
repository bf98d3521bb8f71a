import type { Line } from "../../lib/styled-line.ts";
import type { KeyBody, KeyWithSecretBody } from "../../protocols/admin/key-schemas.ts";
import { formatTable } from "../format-table.ts";

const HEADINGS = ["Name", "Key", "Role", "State", "Expires", "Id", "Kept to"];

/** A table for a person. */
export function formatKeyTable(keys: readonly KeyBody[], now: number): readonly Line[] {
  const rows = keys.map((key) => [
    key.name,
    `${key.prefix}…`,
    key.role,
    key.status,
    key.expires_at === null ? "never" : dateOf(key.expires_at, now),
    key.id,
    describeBounds(key) || "-",
  ]);
  return formatTable(HEADINGS, rows, "bold");
}

/** The secret alone on its line, for a person who copies it. */
export function formatNewSecret(key: KeyWithSecretBody): readonly Line[] {
  const bounds = describeBounds(key);
  return [
    `The key ${key.name} (${key.id}, role ${key.role}${bounds === "" ? "" : `, kept to ${bounds}`}):`,
    "",
    `  ${key.key}`,
    "",
    "It is shown this once. What is stored is its hash.",
  ];
}

type Limits = KeyBody["limits"];

/** In the order in which they are told. */
const LIMITS: Readonly<Record<keyof Limits, (limit: number) => string>> = {
  requests_per_minute: (count) => `${grouped(count)} requests a minute`,
  tokens_per_minute: (count) => `${grouped(count)} tokens a minute`,
  tokens_per_day: (count) => `${grouped(count)} tokens a day`,
  turns_at_once: (count) => `${grouped(count)} turns at once`,
  cost_per_day_usd: (dollars) => `$${dollars} a day`,
  cost_per_month_usd: (dollars) => `$${dollars} a month`,
};

function describeBounds(key: KeyBody): string {
  const lists = [
    ["models", key.models],
    ["profiles", key.profiles],
    ["workspaces", key.workspaces],
    ["permission modes", key.permission_modes],
  ] as const;
  return [
    ...lists.flatMap(([name, list]) => (list ? [`${name} ${list.join(" ") || "none"}`] : [])),
    ...(key.approve === null ? [] : [`approves ${key.approve}`]),
    ...describeLimits(key.limits),
    ...(key.log_content ? ["content is logged"] : []),
  ].join(", ");
}

function describeLimits(limits: Limits): readonly string[] {
  // Proof for the cast: the table has these fields.
  const fields = Object.keys(LIMITS) as (keyof Limits)[];
  return fields.flatMap((field) => (limits[field] === null ? [] : [LIMITS[field](limits[field])]));
}

function grouped(count: number): string {
  return count.toLocaleString("en-US");
}

function dateOf(at: number, now: number): string {
  const text = new Date(at).toISOString().slice(0, 16).replace("T", " ");
  return at <= now ? `${text} UTC, over` : `${text} UTC`;
}
