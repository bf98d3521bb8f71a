import { Tooltip } from "@mantine/core";

import { useNow } from "./use-now.ts";

const exact = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "long" });
const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const day = new Intl.DateTimeFormat(undefined, {
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
});
const far = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", year: "numeric" });
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });

interface Props {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** "3 minutes ago", kept true. */
  readonly isRelative?: boolean;
}

/** A moment, in the reader's zone; all of it on hover and for screen readers. */
export function TimeText({ at, isRelative = false }: Props) {
  return (
    <Tooltip label={exact.format(at)}>
      <time dateTime={new Date(at).toISOString()}>{isRelative ? <Ago at={at} /> : formatMoment(at)}</time>
    </Tooltip>
  );
}

function Ago({ at }: { readonly at: number }) {
  return formatAgo(at, useNow(10_000));
}

/** Today only the clock, else with the day. */
export function formatMoment(at: number, now: number = Date.now()): string {
  if (new Date(at).toDateString() === new Date(now).toDateString()) return clock.format(at);
  return Math.abs(now - at) < 180 * 86_400_000 ? day.format(at) : far.format(at);
}

const UNITS = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
] as const;

export function formatAgo(at: number, now: number): string {
  const seconds = Math.round((at - now) / 1_000);
  for (const [unit, size] of UNITS) {
    if (Math.abs(seconds) >= size) return relative.format(Math.trunc(seconds / size), unit);
  }
  return Math.abs(seconds) < 10 ? "just now" : relative.format(seconds, "second");
}
