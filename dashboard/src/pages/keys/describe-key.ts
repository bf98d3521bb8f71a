import type { KeyBody } from "../../../../src/protocols/admin/key-schemas.ts";
import { formatCost, formatLarge } from "../../parts/format.ts";

type Limits = KeyBody["limits"];

/** In the order in which they are told. */
const LIMITS: Readonly<Record<keyof Limits, (limit: number) => string>> = {
  requests_per_minute: (count) => `${formatLarge(count)} requests a minute`,
  tokens_per_minute: (count) => `${formatLarge(count)} tokens a minute`,
  tokens_per_day: (count) => `${formatLarge(count)} tokens a day`,
  turns_at_once: (count) => `${formatLarge(count)} turns at once`,
  cost_per_day_usd: (dollars) => `${formatCost(dollars)} a day`,
  cost_per_month_usd: (dollars) => `${formatCost(dollars)} a month`,
};

export function describeLimits({ limits }: Pick<KeyBody, "limits">): readonly string[] {
  // Proof for the cast: the table has these fields.
  const fields = Object.keys(LIMITS) as (keyof Limits)[];
  return fields.flatMap((field) => (limits[field] === null ? [] : [LIMITS[field](limits[field])]));
}

export function describeBounds(key: KeyBody): readonly string[] {
  return [key.models, key.profiles, key.workspaces, key.permission_modes].flatMap((names) => names ?? []);
}
