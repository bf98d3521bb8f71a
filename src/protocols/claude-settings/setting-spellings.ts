import { SETTING_NAMES, type SettingName } from "./setting-schemas.ts";

/** Has a header of its own, with a different unit: `X-Turnpike-Timeout`, in seconds. */
const WITHOUT_HEADER: ReadonlySet<SettingName> = new Set(["timeoutMs"]);

/** `maxBudgetUsd` and `max_budget_usd`: how bodies and metadata may name a setting. */
export const NAME_BY_FIELD: ReadonlyMap<string, SettingName> = new Map(
  SETTING_NAMES.flatMap((name) => [
    [name, name],
    [separate(name, "_"), name],
  ]),
);

/** By the header's lower-case name: `x-turnpike-max-budget-usd`. */
export const NAME_BY_HEADER: ReadonlyMap<string, SettingName> = new Map(
  SETTING_NAMES.filter((name) => !WITHOUT_HEADER.has(name)).map((name) => [
    `x-turnpike-${separate(name, "-")}`,
    name,
  ]),
);

/** The usual spelling of `x-turnpike-max-turns`: `X-Turnpike-Max-Turns`. */
export function spellHeader(header: string): string {
  return header.replaceAll(/(^|-)([a-z])/g, (_, dash: string, letter: string) => dash + letter.toUpperCase());
}

function separate(name: string, separator: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => separator + letter.toLowerCase());
}
