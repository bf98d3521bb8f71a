/** One limit of an API account. */
interface Allowance {
  limit: number;
  remaining: number;
  /** When the full allowance is available again. Default: in a minute. */
  reset?: Date;
}

type AllowanceKind = "requests" | "tokens" | "input-tokens" | "output-tokens";

/** The limits that the API reports, in every answer, to an account with a key. */
export function rateLimitHeaders(
  allowances: Readonly<Partial<Record<AllowanceKind, Allowance>>> = {},
): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [kind, usual] of Object.entries(usualAllowances)) {
    // Proof: the keys of `usualAllowances` are all the kinds.
    const { limit, remaining, reset = inAMinute() } = allowances[kind as AllowanceKind] ?? usual;
    const prefix = `anthropic-ratelimit-${kind}`;
    headers[`${prefix}-limit`] = String(limit);
    headers[`${prefix}-remaining`] = String(remaining);
    headers[`${prefix}-reset`] = `${reset.toISOString().slice(0, 19)}Z`;
  }
  return headers;
}

type WindowStatus = "allowed" | "allowed_warning" | "rejected";

interface PlanWindow {
  /** How much is used; 1 is all of it, and more than 1 is beyond what the plan has. */
  utilization: number;
  status?: WindowStatus;
  /** Unix time in seconds. Default: in an hour. */
  reset?: number;
}

interface PlanUsage {
  fiveHours?: PlanWindow;
  sevenDays?: PlanWindow;
  /** Extra usage beyond the plan. */
  overage?: { status: WindowStatus; disabledReason?: string; reset?: number };
  /** The window that decides the status. Default: `five_hour`. */
  representativeClaim?: string;
  /** Default: the worst status of the windows. */
  status?: WindowStatus;
}

/**
 * The usage that the API reports to a plan's user: which fraction of each window is used. Claude Code reads these headers only
 * when a person is signed in.
 */
export function unifiedHeaders(usage: PlanUsage = {}): Record<string, string> {
  const fiveHours = usage.fiveHours ?? { utilization: 0.1 };
  const sevenDays = usage.sevenDays ?? { utilization: 0.1 };
  const claim = usage.representativeClaim ?? "five_hour";
  const decisive = claim === "five_hour" ? fiveHours : sevenDays;
  return {
    "anthropic-ratelimit-unified-status": usage.status ?? worst([statusOf(fiveHours), statusOf(sevenDays)]),
    "anthropic-ratelimit-unified-reset": String(decisive.reset ?? inAnHour()),
    ...windowHeaders("5h", fiveHours),
    ...windowHeaders("7d", sevenDays),
    ...(usage.overage && overageHeaders(usage.overage)),
    "anthropic-ratelimit-unified-representative-claim": claim,
    "anthropic-ratelimit-unified-fallback-percentage": "0.5",
  };
}

function windowHeaders(name: string, window: PlanWindow): Record<string, string> {
  const prefix = `anthropic-ratelimit-unified-${name}`;
  return {
    [`${prefix}-status`]: statusOf(window),
    [`${prefix}-utilization`]: String(window.utilization),
    [`${prefix}-reset`]: String(window.reset ?? inAnHour()),
  };
}

function overageHeaders(overage: NonNullable<PlanUsage["overage"]>): Record<string, string> {
  const prefix = "anthropic-ratelimit-unified-overage";
  return {
    [`${prefix}-status`]: overage.status,
    ...(overage.disabledReason !== undefined && { [`${prefix}-disabled-reason`]: overage.disabledReason }),
    ...(overage.reset !== undefined && { [`${prefix}-reset`]: String(overage.reset) }),
  };
}

function statusOf({ utilization, status }: PlanWindow): WindowStatus {
  return status ?? (utilization >= 1 ? "rejected" : "allowed");
}

function worst(statuses: readonly WindowStatus[]): WindowStatus {
  return severity.findLast((status) => statuses.includes(status)) ?? "allowed";
}

const severity: readonly WindowStatus[] = ["allowed", "allowed_warning", "rejected"];

const usualAllowances: Readonly<Record<AllowanceKind, Allowance>> = {
  requests: { limit: 4000, remaining: 3999 },
  tokens: { limit: 2_400_000, remaining: 2_399_000 },
  "input-tokens": { limit: 2_000_000, remaining: 1_999_000 },
  "output-tokens": { limit: 400_000, remaining: 400_000 },
};

function inAMinute(): Date {
  return new Date(Date.now() + 60_000);
}

function inAnHour(): number {
  return Math.floor(Date.now() / 1000) + 3600;
}
