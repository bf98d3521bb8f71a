import { lstatSync } from "node:fs";

import type { ComparedWorkspace, KeptFileChange } from "../../core/ports/workspace-snapshots.ts";
import { Breath } from "../../lib/breath.ts";
import { nextTick } from "../../lib/time.ts";
import type { ContentKeeper } from "./content-keeper.ts";
import { isSameFile, type FileStat } from "../files/file-stats.ts";
import { findRenames, type LoneFile } from "../diff/find-renames.ts";
import type { FolderState } from "./folder-state.ts";
import { readBlobs, type WantedBlob } from "../git/git-blobs.ts";
import type { GitListing } from "../git/git-listing.ts";
import { Manifest } from "./manifest.ts";
import type { ManifestReader } from "./manifest-reader.ts";
import { readContentInside } from "../files/read-file-content.ts";
import type { SnapshotLimits } from "./snapshot-limits.ts";
import { unifiedDiff } from "../diff/unified-diff.ts";

export interface ComparisonTools {
  readonly manifests: ManifestReader;
  readonly git: GitListing;
  readonly keeper: ContentKeeper;
  readonly limits: SnapshotLimits;
}

/** A path at which something may have changed. */
interface Candidate {
  readonly path: string;
  /** The position in the snapshot's list. */
  readonly position?: number;
  readonly before?: FileStat;
  readonly after?: FileStat;
}

const BUSY_MS = 10;

/** What has changed in the folder since its snapshot was taken. */
export async function compareFolder(
  state: FolderState,
  tools: ComparisonTools,
  signal: AbortSignal,
): Promise<ComparedWorkspace> {
  const now = isFolder(state.folder)
    ? await tools.manifests.read(state.folder, state.repository, signal, state.manifest)
    : new Manifest();
  const found = listCandidates(state, now);
  const candidates = found.slice(0, tools.limits.maxChanges);
  const before = await contentsBefore(state, candidates, tools, signal);
  const changes = await decide(state, candidates, before, tools, signal);
  return {
    changes: changes.sort((one, other) => (one.path < other.path ? -1 : one.path > other.path ? 1 : 0)),
    isComplete: state.manifest.isComplete && now.isComplete && candidates.length === found.length,
  };
}

function isFolder(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  } catch {
    return false;
  }
}

function listCandidates(state: FolderState, now: Manifest): Candidate[] {
  const { manifest } = state;
  const candidates: Candidate[] = [];
  // Both lists have the same order, so a file's neighbours in one are usually its neighbours in the other.
  let shift = 0;
  for (const [position, path] of manifest.paths.entries()) {
    if (!manifest.has(position)) continue;
    const current = now.positionOf(path, position + shift);
    if (current === undefined) {
      candidates.push({ path, position, before: manifest.statAt(position) });
      continue;
    }
    shift = current - position;
    if (!manifest.isSameAt(position, now, current) || state.isUncertain(manifest.changedMsAt(position))) {
      candidates.push({ path, position, before: manifest.statAt(position), after: now.statAt(current) });
    }
  }
  const created: Candidate[] = [];
  shift = 0;
  for (const [current, path] of now.paths.entries()) {
    if (!now.has(current)) continue;
    const position = manifest.positionOf(path, current + shift);
    if (position === undefined) created.push({ path, after: now.statAt(current) });
    else shift = position - current;
  }
  return [...candidates, ...withoutFormerlyIgnored(state, candidates, created)];
}

/** When the ignore rules have changed, files that existed all along can appear as new: leaves those out. */
function withoutFormerlyIgnored(
  state: FolderState,
  candidates: readonly Candidate[],
  created: readonly Candidate[],
): readonly Candidate[] {
  const isRules = ({ path }: Candidate) => path === ".gitignore" || path.endsWith("/.gitignore");
  if (!candidates.some(isRules) && !created.some(isRules)) return created;
  const gone = new Set(candidates.flatMap(({ before, after }) => (before && !after ? before.inode : [])));
  return created.filter(({ after }) => !after || !state.isOlder(after) || gone.has(after.inode));
}

/** What the files held before, where it was kept or a repository has it. */
async function contentsBefore(
  state: FolderState,
  candidates: readonly Candidate[],
  { git, limits }: ComparisonTools,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const contents = new Map<string, Uint8Array>();
  const wanted: (WantedBlob & { path: string })[] = [];
  let bytesLeft = limits.maxTotalBytes;
  for (const { path, position, before } of candidates) {
    if (!before || position === undefined) continue;
    const known = state.contents.get(path);
    if (known) contents.set(path, known.bytes);
    const blob = known ? undefined : state.manifest.blobAt(position);
    if (!blob || before.size > Math.min(limits.maxFileBytes, bytesLeft)) continue;
    bytesLeft -= before.size;
    wanted.push({ path, size: before.size, blob });
  }
  if (wanted.length === 0) return contents;
  for (const [{ path }, bytes] of await readBlobs(git, wanted, signal)) contents.set(path, bytes);
  return contents;
}

async function decide(
  state: FolderState,
  candidates: readonly Candidate[],
  contents: ReadonlyMap<string, Uint8Array>,
  { keeper, limits }: ComparisonTools,
  signal: AbortSignal,
): Promise<KeptFileChange[]> {
  const changed: { before: LoneFile; after: LoneFile }[] = [];
  const gone: LoneFile[] = [];
  const created: LoneFile[] = [];
  const budget = { bytesLeft: limits.maxTotalBytes };
  const breathe = breather(signal);
  for (const { path, position, before, after } of candidates) {
    await breathe();
    const was = before && { path, stat: before, bytes: contents.get(path) };
    if (!after) {
      if (was) gone.push(was);
      continue;
    }
    const bytes =
      after.size <= Math.min(limits.maxFileBytes, budget.bytesLeft)
        ? readContentInside(state.folder, path, after)
        : undefined;
    const is = { path, stat: after, bytes };
    if (was && isUnchanged(was, is)) continue;
    if (bytes) {
      keeper.note(state.folder, path, { position: position ?? 0, stat: after, bytes });
      budget.bytesLeft -= bytes.length;
    }
    if (was) changed.push({ before: was, after: is });
    else created.push(is);
  }
  const changes: KeptFileChange[] = [];
  const renames = findRenames(gone, created);
  for (const { from, to, similarity } of renames)
    changes.push(describe("renamed", from, to, limits, similarity));
  const moved = new Set(renames.flatMap(({ from, to }) => [from, to]));
  for (const file of gone) if (!moved.has(file)) changes.push(describe("deleted", file, undefined, limits));
  for (const file of created)
    if (!moved.has(file)) changes.push(describe("created", undefined, file, limits));
  for (const { before, after } of changed) {
    await breathe();
    changes.push(describe("changed", before, after, limits));
  }
  return changes;
}

function isUnchanged(before: LoneFile, after: LoneFile): boolean {
  if (before.stat.mode !== after.stat.mode) return false;
  if (before.bytes && after.bytes) return Buffer.compare(before.bytes, after.bytes) === 0;
  // The content before was not kept. Only the ctime may differ, after a rename and back or a change to another hard link.
  return isSameFile(before.stat, after.stat);
}

function describe(
  type: KeptFileChange["type"],
  from: LoneFile | undefined,
  to: LoneFile | undefined,
  limits: SnapshotLimits,
  similarity?: number,
): KeptFileChange {
  const isMoved = from !== undefined && to !== undefined && isSameFile(from.stat, to.stat);
  const before = from && (from.bytes ?? (isMoved ? to.bytes : undefined));
  const after = to && (to.bytes ?? (isMoved ? from.bytes : undefined));
  const change: KeptFileChange = {
    type,
    path: (to ?? from)?.path ?? "",
    ...(type === "renamed" && from && { previousPath: from.path }),
    ...(before && { before }),
    ...(after && { after }),
    ...(from && { modeBefore: from.stat.mode }),
    ...(to && { modeAfter: to.stat.mode }),
  };
  const diff = unifiedDiff(change, limits.maxDiffBytes, similarity);
  return diff === undefined ? change : { ...change, diff };
}

/** Every few milliseconds, lets the thread notice an abort and serve other requests. */
function breather(signal: AbortSignal): () => Promise<void> {
  const breath = new Breath(BUSY_MS, nextTick);
  return async () => {
    if (!breath.isDue) return;
    await breath.take();
    signal.throwIfAborted();
  };
}
