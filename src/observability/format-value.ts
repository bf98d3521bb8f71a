const MAX_LENGTH = 160;

/** A field's value on one line, truncated if it is long; the JSON log has all of it. */
export function formatValue(value: unknown): string {
  const isPlain = typeof value === "string" && /^[^\s"=]+$/.test(value);
  return shorten(isPlain ? value : (JSON.stringify(value) ?? ""), MAX_LENGTH);
}

export function shorten(text: string, maxLength: number): string {
  return text.length <= maxLength ? text : `${text.slice(0, maxLength - 1)}…`;
}
