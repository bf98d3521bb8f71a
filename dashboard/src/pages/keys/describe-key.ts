import type { KeyBody } from "../../../../src/protocols/admin/key-schemas.ts";
import { formatCost, formatLarge } from "../../parts/format.ts";

export function describeLimits({ limits }: Pick<KeyBody, "limits">): readonly string[] {
  const lines: string[] = [];
  const add = (value: number | null, say: (value: number) => string) => {
    if (value !== null) lines.push(say(value));
  };
  add(limits.requests_per_minute, (count) => `${formatLarge(count)} requests a minute`);
  add(limits.tokens_per_minute, (count) => `${formatLarge(count)} tokens a minute`);
  add(limits.tokens_per_day, (count) => `${formatLarge(count)} tokens a day`);
  add(limits.turns_at_once, (count) => `${formatLarge(count)} turns at once`);
  add(limits.cost_per_day_usd, (dollars) => `${formatCost(dollars)} a day`);
  add(limits.cost_per_month_usd, (dollars) => `${formatCost(dollars)} a month`);
  return lines;
}

export function describeBounds(key: KeyBody): readonly string[] {
  return [key.models, key.profiles, key.workspaces, key.permission_modes].flatMap((names) => names ?? []);
}
