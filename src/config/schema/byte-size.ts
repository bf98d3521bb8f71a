const UNIT_BYTES: Readonly<Record<string, number>> = {
  b: 1,
  kb: 1000,
  mb: 1000 ** 2,
  gb: 1000 ** 3,
  kib: 1024,
  mib: 1024 ** 2,
  gib: 1024 ** 3,
};

/** Parses a size in bytes: `32MiB`, `4GB`, or a bare number of bytes. Undefined when it is not a size. */
export function parseByteSize(raw: unknown): number | undefined {
  if (typeof raw !== "string" && typeof raw !== "number") return undefined;
  const match = /^(\d+(?:\.\d+)?)\s*([kmg]?i?b)?$/i.exec(String(raw).trim());
  const factor = UNIT_BYTES[(match?.[2] ?? "b").toLowerCase()];
  if (!match?.[1] || factor === undefined) return undefined;
  const bytes = Math.round(Number(match[1]) * factor);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** For people: at most one decimal, in the largest binary unit that fits. */
export function formatByteSize(bytes: number): string {
  const units = ["GiB", "MiB", "KiB"] as const;
  for (const unit of units) {
    const size = bytes / (UNIT_BYTES[unit.toLowerCase()] ?? 1);
    if (size >= 1) return `${Number(size.toFixed(1))} ${unit}`;
  }
  return `${bytes} B`;
}
