import type { KeyBody } from "../../../../src/protocols/admin/key-schemas.ts";

type Limits = KeyBody["limits"];
export type LimitName = keyof Limits;

/** A key as the form has it: lists may be empty, numbers not given yet. */
export interface KeyDraft {
  readonly name: string;
  readonly role: KeyBody["role"];
  /** `default`: what the server's settings give to clients. */
  readonly approve: NonNullable<KeyBody["approve"]> | "default";
  readonly models: readonly string[];
  readonly profiles: readonly string[];
  readonly workspaces: readonly string[];
  readonly permissionModes: readonly string[];
  readonly limits: Readonly<Record<LimitName, number | "">>;
  readonly logContent: boolean;
  /** A day as `2026-12-31`; empty: never. */
  readonly expires: string;
}

interface LimitField {
  readonly label: string;
  readonly isMoney?: true;
}

/** In the order of the form. */
export const LIMITS: Readonly<Record<LimitName, LimitField>> = {
  requests_per_minute: { label: "Requests per minute" },
  turns_at_once: { label: "Turns at once" },
  tokens_per_minute: { label: "Tokens per minute" },
  tokens_per_day: { label: "Tokens per day" },
  cost_per_day_usd: { label: "Cost per day", isMoney: true },
  cost_per_month_usd: { label: "Cost per month", isMoney: true },
};

// Proof for the cast: the table has these fields.
export const LIMIT_NAMES = Object.keys(LIMITS) as readonly LimitName[];

export function draftOf(key: KeyBody | undefined): KeyDraft {
  const limit = (name: LimitName) => key?.limits[name] ?? "";
  return {
    name: key?.name ?? "",
    role: key?.role ?? "client",
    approve: key?.approve ?? "default",
    models: key?.models ?? [],
    profiles: key?.profiles ?? [],
    workspaces: key?.workspaces ?? [],
    permissionModes: key?.permission_modes ?? [],
    limits: {
      requests_per_minute: limit("requests_per_minute"),
      tokens_per_minute: limit("tokens_per_minute"),
      tokens_per_day: limit("tokens_per_day"),
      turns_at_once: limit("turns_at_once"),
      cost_per_day_usd: limit("cost_per_day_usd"),
      cost_per_month_usd: limit("cost_per_month_usd"),
    },
    logContent: key?.log_content ?? false,
    expires: key?.expires_at == null ? "" : dayOf(key.expires_at),
  };
}

/** As the admin API takes it: null takes a bound or a limit away. */
export function bodyOf(draft: KeyDraft, key: KeyBody | undefined): object {
  // A key's moment stays as exact as it is, unless another day is chosen.
  const isSameDay = key?.expires_at != null && dayOf(key.expires_at) === draft.expires;
  return {
    name: draft.name.trim(),
    role: draft.role,
    approve: draft.approve === "default" ? null : draft.approve,
    models: listOrNull(draft.models),
    profiles: listOrNull(draft.profiles),
    workspaces: listOrNull(draft.workspaces),
    permission_modes: listOrNull(draft.permissionModes),
    limits: Object.fromEntries(
      Object.entries(draft.limits).map(([name, value]) => [name, value === "" ? null : value]),
    ),
    log_content: draft.logContent,
    expires_at: draft.expires === "" ? null : isSameDay ? key?.expires_at : endOfDay(draft.expires),
  };
}

function listOrNull(list: readonly string[]): readonly string[] | null {
  return list.length === 0 ? null : list;
}

/** In the reader's zone. */
function dayOf(at: number): string {
  const date = new Date(at);
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

function endOfDay(day: string): number {
  return new Date(`${day}T23:59:59`).getTime();
}

function two(part: number): string {
  return String(part).padStart(2, "0");
}
