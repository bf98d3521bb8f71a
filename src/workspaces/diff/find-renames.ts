import { createHash } from "node:crypto";

import { isSymlink, type FileStat } from "../files/file-stats.ts";

/** A file that exists on one side only. */
export interface LoneFile {
  readonly path: string;
  readonly stat: FileStat;
  readonly bytes?: Uint8Array | undefined;
}

export interface Rename {
  readonly from: LoneFile;
  readonly to: LoneFile;
  /** 1 means the same content. */
  readonly similarity: number;
}

const MIN_SIMILARITY = 0.5;
/** How many lines are looked up to find similar contents; beyond that, only equal contents count. */
const MAX_LOOKUPS = 5_000_000;
const MAX_COMPARED_BYTES = 1024 * 1024;

/** Finds the deleted files that reappeared under another name: the same file, the same content, or most of it. */
export function findRenames(gone: readonly LoneFile[], created: readonly LoneFile[]): Rename[] {
  const renames: Rename[] = [];
  const sources = new Set(gone);
  const targets = new Set(created);
  const add = (rename: Rename) => {
    renames.push(rename);
    sources.delete(rename.from);
    targets.delete(rename.to);
  };
  for (const matches of [keyOfFile, keyOfContent]) {
    const candidates = Map.groupBy(sources, matches);
    for (const to of targets) {
      const key = matches(to);
      if (key === undefined) continue;
      const from = pickSameName(candidates.get(key) ?? [], to, sources);
      if (from && haveSameType(from, to)) add({ from, to, similarity: 1 });
    }
  }
  const pairs = similarPairs([...sources], [...targets]);
  for (const rename of pairs.sort((one, other) => other.similarity - one.similarity)) {
    if (sources.has(rename.from) && targets.has(rename.to)) add(rename);
  }
  return renames;
}

/** A moved file keeps its inode; a new file that reuses a freed inode has another birth time or another content. */
function keyOfFile({ stat }: LoneFile): string | undefined {
  return stat.inode === 0 ? undefined : `${stat.inode} ${stat.bornMs} ${stat.size} ${stat.modifiedMs}`;
}

function keyOfContent({ bytes }: LoneFile): string | undefined {
  return bytes && bytes.length > 0 ? createHash("sha256").update(bytes).digest("base64") : undefined;
}

function pickSameName(
  candidates: readonly LoneFile[],
  to: LoneFile,
  left: ReadonlySet<LoneFile>,
): LoneFile | undefined {
  const free = candidates.filter((each) => left.has(each));
  return free.find((each) => nameOf(each) === nameOf(to)) ?? free[0];
}

function nameOf({ path }: LoneFile): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function haveSameType(from: LoneFile, to: LoneFile): boolean {
  return isSymlink(from.stat.mode) === isSymlink(to.stat.mode);
}

function similarPairs(gone: readonly LoneFile[], created: readonly LoneFile[]): Rename[] {
  const from = gone.filter(canBeCompared);
  const to = created.filter(canBeCompared);
  const lines = new Map([...from, ...to].map((file) => [file, countLines(file)]));
  const pairs: Rename[] = [];
  let lookups = 0;
  for (const source of from) {
    for (const target of to) {
      lookups += lines.get(source)?.size ?? 0;
      if (lookups > MAX_LOOKUPS) return pairs;
      const similarity = similarityOf(source, target, lines);
      if (similarity >= MIN_SIMILARITY) pairs.push({ from: source, to: target, similarity });
    }
  }
  return pairs;
}

function canBeCompared({ stat, bytes }: LoneFile): boolean {
  return (
    bytes !== undefined && bytes.length > 0 && bytes.length <= MAX_COMPARED_BYTES && !isSymlink(stat.mode)
  );
}

function countLines({ bytes }: LoneFile): Map<string, number> {
  const counts = new Map<string, number>();
  for (const line of Buffer.from(bytes ?? [])
    .toString("latin1")
    .split(/(?<=\n)/)) {
    counts.set(line, (counts.get(line) ?? 0) + 1);
  }
  return counts;
}

/** The share of the larger file that consists of lines both have. */
function similarityOf(
  one: LoneFile,
  other: LoneFile,
  lines: ReadonlyMap<LoneFile, Map<string, number>>,
): number {
  const size = Math.max(one.stat.size, other.stat.size);
  if (Math.min(one.stat.size, other.stat.size) < size * MIN_SIMILARITY) return 0;
  const otherLines = lines.get(other);
  let shared = 0;
  for (const [line, count] of lines.get(one) ?? []) {
    shared += Math.min(count, otherLines?.get(line) ?? 0) * line.length;
  }
  return shared / size;
}
