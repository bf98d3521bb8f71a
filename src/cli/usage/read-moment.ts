const UNITS: Readonly<Record<string, number>> = { h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000 };

/**
 * A moment as a person gives it: a date (`2026-11-01`, at its beginning), a time with its date, or a length of time before now
 * (`12h`, `7d`, `2w`). Milliseconds since the epoch; undefined when it is none of these.
 */
export function readMoment(text: string, now: number, isUtc: boolean): number | undefined {
  const [, count, unit = ""] = /^(\d+)([hdw])$/.exec(text) ?? [];
  if (count !== undefined) return now - Number(count) * (UNITS[unit] ?? 0);
  const isDate = /^\d{4}-\d{2}(-\d{2})?$/.test(text);
  const isTime = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$/.test(text);
  if (!isDate && !isTime) return undefined;
  const whole = text.length === 7 ? `${text}-01` : text;
  const hasZone = isTime && /(Z|[+-]\d{2}:?\d{2})$/.test(text);
  // A date with a time but without a zone is this machine's; one alone would be UTC's.
  const at = Date.parse(
    `${isDate ? `${whole}T00:00` : whole.replace(" ", "T")}${isUtc && !hasZone ? "Z" : ""}`,
  );
  return Number.isNaN(at) ? undefined : at;
}
