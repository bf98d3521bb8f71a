/** What the admin API tells usage by. */
export const DIVISIONS = {
  day: { label: "Day" },
  month: { label: "Month" },
  principal: { label: "Key" },
  model: { label: "Model" },
  profile: { label: "Profile" },
  conversation: { label: "Conversation" },
} as const;
export type Division = keyof typeof DIVISIONS;

const DAY_MS = 86_400_000;

export const SPANS = {
  "7d": { label: "Last 7 days", days: 7 },
  "30d": { label: "Last 30 days", days: 30 },
  "90d": { label: "Last 90 days", days: 90 },
  "1y": { label: "Last 12 months", days: 365 },
} as const;
export type Span = keyof typeof SPANS;

export function isDivision(name: string | undefined): name is Division {
  return name !== undefined && Object.hasOwn(DIVISIONS, name);
}

export function isSpan(name: string | undefined): name is Span {
  return name !== undefined && Object.hasOwn(SPANS, name);
}

/** Whole days of the reader's, today included. */
export function usageQueryOf(by: Division, span: Span, now: number): Record<string, string> {
  const today = new Date(now).setHours(0, 0, 0, 0);
  return {
    by,
    since: String(today - (SPANS[span].days - 1) * DAY_MS),
    until: String(today + DAY_MS),
    time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  };
}
