interface Day {
  /** `2026-11-29` */
  readonly id: string;
  readonly cost_usd: number;
}

export interface Forecast {
  /** Of this month, so far. */
  readonly soFar: number;
  /** Of the whole month, when the rest of it is like the last days. */
  readonly expected: number;
}

const LOOKED_AT_DAYS = 7;

/**
 * What this month will cost: what it has cost, and for each day to come as much as a day of the last seven, today left out. Where
 * those are not known, as much as a day of this month. `today` as days are named.
 */
export function forecastMonth(days: readonly Day[], today: string): Forecast {
  const month = today.slice(0, 7);
  const dayOfMonth = Number(today.slice(8, 10));
  const daysInMonth = new Date(Number(today.slice(0, 4)), Number(today.slice(5, 7)), 0).getDate();
  const soFar = sum(days.filter(({ id }) => id.startsWith(month)));
  const before = days.filter(({ id }) => id < today && id >= daysBefore(today, LOOKED_AT_DAYS));
  const perDay = before.length > 0 ? sum(before) / LOOKED_AT_DAYS : soFar / dayOfMonth;
  return { soFar, expected: soFar + perDay * (daysInMonth - dayOfMonth) };
}

function sum(days: readonly Day[]): number {
  return days.reduce((total, { cost_usd: cost }) => total + cost, 0);
}

function daysBefore(day: string, count: number): string {
  const date = new Date(`${day}T12:00:00Z`);
  date.setUTCDate(date.getUTCDate() - count);
  return date.toISOString().slice(0, 10);
}
