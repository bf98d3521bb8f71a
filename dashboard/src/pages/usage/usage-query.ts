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
  return {
    by,
    since: String(startOfDay(now, 1 - SPANS[span].days)),
    until: String(startOfDay(now, 1)),
    time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  };
}

/** Of the day that is so many days from the one of `now`. Days on which clocks are changed are shorter or longer than others. */
function startOfDay(now: number, days: number): number {
  const date = new Date(now);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + days).getTime();
}
