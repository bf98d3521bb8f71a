/** Compares versions such as `2.1.332 (Claude Code)` by their numbers. False when one of the two cannot be read. */
export function isOlderVersion(version: string, than: string): boolean {
  const given = numbersOf(version);
  const wanted = numbersOf(than);
  if (!given || !wanted) return false;
  const index = given.findIndex((number, place) => number !== wanted[place]);
  return index >= 0 && (given[index] ?? 0) < (wanted[index] ?? 0);
}

function numbersOf(version: string): readonly number[] | undefined {
  return /^(\d+)\.(\d+)\.(\d+)/.exec(version)?.slice(1).map(Number);
}
