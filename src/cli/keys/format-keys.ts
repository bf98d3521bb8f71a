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

function describeBounds(key: KeyBody): string {
  const { limits } = key;
  const lists = [
    ["models", key.models],
    ["profiles", key.profiles],
    ["workspaces", key.workspaces],
    ["permission modes", key.permission_modes],
  ] as const;
  const amounts = [
    [limits.requests_per_minute, "requests a minute"],
    [limits.tokens_per_minute, "tokens a minute"],
    [limits.tokens_per_day, "tokens a day"],
    [limits.turns_at_once, "turns at once"],
  ] as const;
  const costs = [
    [limits.cost_per_day_usd, "a day"],
    [limits.cost_per_month_usd, "a month"],
  ] as const;
  return [
    ...lists.flatMap(([name, list]) => (list ? [`${name} ${list.join(" ") || "none"}`] : [])),
    ...(key.approve === null ? [] : [`approves ${key.approve}`]),
    ...amounts.flatMap(([limit, what]) =>
      limit === null ? [] : [`${limit.toLocaleString("en-US")} ${what}`],
    ),
    ...costs.flatMap(([limit, per]) => (limit === null ? [] : [`$${limit} ${per}`])),
    ...(key.log_content ? ["content is logged"] : []),
  ].join(", ");
}

function dateOf(at: number, now: number): string {
  const text = new Date(at).toISOString().slice(0, 16).replace("T", " ");
  return at <= now ? `${text} UTC, over` : `${text} UTC`;
}
