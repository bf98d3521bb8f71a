import { nextTick } from "../../lib/time.ts";
import { isSameStat } from "../files/file-stats.ts";
import type { FolderState, KnownContent } from "./folder-state.ts";
import { readFileContent } from "../files/read-file-content.ts";
import type { SnapshotLimits } from "./snapshot-limits.ts";

/** How long the thread may be busy reading contents that nobody waits for yet. */
const SLICE_MS = 5;

/**
 * Reads what a later comparison needs to know about the files as they were: contents that no repository has. A file read for
 * one turn is not read again for the next as long as its stat is the same.
 */
export class ContentKeeper {
  readonly #limits: SnapshotLimits;
  /** Contents by workspace, the most recently used last. */
  readonly #known = new Map<string, Map<string, KnownContent>>();
  #keptBytes = 0;
  /** Snapshots and comparisons in progress; everything else gives way to them. */
  #urgent = 0;

  constructor(limits: SnapshotLimits) {
    this.#limits = limits;
  }

  /** Keeps the thread free for `task`, which somebody waits for. */
  async first<Result>(task: () => Promise<Result>): Promise<Result> {
    this.#urgent += 1;
    try {
      return await task();
    } finally {
      this.#urgent -= 1;
    }
  }

  /** Reads for a moment, then continues in the background. */
  keep(state: FolderState): void {
    const known = this.#open(state.folder);
    const { urgent, others } = this.#listUnknown(state, known);
    // Forget contents that are no longer current.
    this.#known.set(state.folder, new Map(state.contents));
    // If there are many, not all can be read in time, so only the urgent ones are waited for.
    const isFew = others.length <= this.#limits.maxKeptFiles;
    const waiting = isFew ? [...others, ...urgent] : urgent;
    const isDone = this.#read(state, waiting, this.#limits.maxReadMs);
    if (!isDone || !isFew) void this.#keepReading(state, waiting, isFew ? [] : others);
  }

  /** Records what a comparison has read, for the next snapshot. */
  note(folder: string, path: string, content: KnownContent): void {
    this.#known.get(folder)?.set(path, content);
  }

  release(state: FolderState): void {
    if (state.isClosed) return;
    state.isClosed = true;
    this.#keptBytes -= state.keptBytes;
  }

  /** Positions of files whose content must be read, the most urgent last. */
  #listUnknown(
    state: FolderState,
    known: Map<string, KnownContent>,
  ): { readonly urgent: number[]; readonly others: number[] } {
    const { manifest } = state;
    const isHeld = this.#holdKnown(state, known);
    const urgent: number[] = [];
    const others: number[] = [];
    for (let position = 0; position < manifest.paths.length; position += 1) {
      if (isHeld[position] === 1 || !manifest.has(position)) continue;
      if (state.isUncertain(manifest.changedMsAt(position))) urgent.push(position);
      else if (!manifest.isKnownToGit(position)) others.push(position);
    }
    return { urgent, others: state.contents.size < this.#limits.maxKeptFiles ? others : [] };
  }

  /** Takes over the known contents that are still current. Returns a flag for each file: 1 if its content was taken over. */
  #holdKnown(state: FolderState, known: ReadonlyMap<string, KnownContent>): Uint8Array {
    const { manifest } = state;
    const isHeld = new Uint8Array(manifest.paths.length);
    let shift = 0;
    for (const [path, content] of known) {
      const position = manifest.positionOf(path, content.position + shift);
      if (position === undefined) continue;
      shift = position - content.position;
      const isSame = isSameStat(content.stat, manifest.statAt(position));
      if (!isSame || state.isUncertain(content.stat.changedMs)) continue;
      this.#hold(state, path, { ...content, position });
      isHeld[position] = 1;
    }
    return isHeld;
  }

  /** Returns whether everything has been read. */
  #read(state: FolderState, waiting: number[], forMs: number): boolean {
    const end = performance.now() + forMs;
    for (let position = waiting.pop(); position !== undefined; position = waiting.pop()) {
      this.#readOne(state, position);
      if (performance.now() >= end) return waiting.length === 0;
    }
    return true;
  }

  async #keepReading(state: FolderState, waiting: readonly number[], more: readonly number[]): Promise<void> {
    await nextTick();
    // The most recently changed files are the likeliest to change next.
    const changedMs = (position: number) => state.manifest.changedMsAt(position);
    const recent = more.toSorted((one, other) => changedMs(one) - changedMs(other));
    const all = [...recent.slice(-this.#limits.maxKeptFiles), ...waiting];
    while (!state.isClosed && state.contents.size < this.#limits.maxKeptFiles) {
      await nextTick();
      if (this.#urgent === 0 && this.#read(state, all, SLICE_MS)) return;
    }
  }

  #readOne(state: FolderState, position: number): void {
    const path = state.manifest.paths[position] ?? "";
    const stat = state.manifest.statAt(position);
    if (!this.#hasRoom(state, stat.size)) return;
    const bytes = readFileContent(state.folder, path, stat);
    if (!bytes) return;
    const content = { position, stat, bytes };
    this.#hold(state, path, content);
    this.#known.get(state.folder)?.set(path, content);
  }

  #hold(state: FolderState, path: string, content: KnownContent): void {
    const size = content.bytes.length;
    if (!this.#hasRoom(state, size)) return;
    state.contents.set(path, content);
    state.keptBytes += size;
    this.#keptBytes += size;
  }

  #hasRoom(state: FolderState, size: number): boolean {
    const { maxFileBytes, maxTotalBytes, maxMemoryBytes } = this.#limits;
    return (
      size <= maxFileBytes &&
      state.keptBytes + size <= maxTotalBytes &&
      this.#keptBytes + size <= maxMemoryBytes
    );
  }

  /** The known contents of the workspace; those of the least recently used workspaces are dropped. */
  #open(folder: string): Map<string, KnownContent> {
    const known = this.#known.get(folder) ?? new Map<string, KnownContent>();
    this.#known.delete(folder);
    this.#known.set(folder, known);
    let bytes = 0;
    for (const [each, contents] of [...this.#known].toReversed()) {
      for (const content of contents.values()) bytes += content.bytes.length;
      if (bytes > this.#limits.maxTotalBytes && each !== folder) this.#known.delete(each);
    }
    return known;
  }
}
