import { rm } from "node:fs/promises";
import { Worker } from "node:worker_threads";

import { AppError } from "../../core/words/app-error.ts";
import type { Logger } from "../../core/ports/logger.ts";
import type {
  ComparedWorkspace,
  WorkspaceSnapshot,
  WorkspaceSnapshots,
} from "../../core/ports/workspace-snapshots.ts";
import { RecentMap } from "../../lib/recent-map.ts";
import type { GitEnvironment } from "../git/git-program.ts";
import { DEFAULT_SNAPSHOT_LIMITS, type SnapshotLimits } from "./snapshot-limits.ts";
import type { SnapshotReply, SnapshotRequest, SnapshotThreadData } from "./snapshot-messages.ts";
import { threadFile } from "../../lib/thread-file.ts";

export interface FolderSnapshotsOptions {
  /** Absolute. Created when it is needed, readable by this user only; its contents are removed at the end. */
  readonly scratchFolder: string;
  readonly limits?: Partial<SnapshotLimits>;
  /** Where to find git and the person's global ignore file. */
  readonly environment?: GitEnvironment;
  /**
   * Absolute paths of files and folders that are never looked at, wherever they lie. A trailing `*` matches every name that
   * begins with the text before it.
   */
  readonly excludedPaths?: readonly string[];
  readonly logger: Logger;
}

/** A folder that takes longer is examined while the model thinks, before it is known whether the turn will change anything. */
const SLOW_MS = 50;
const WARMING_MS = 60_000;
const MAX_KNOWN_FOLDERS = 1000;

interface Pending {
  readonly resolve: (reply: SnapshotReply) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Finds out what changed in a workspace by examining all of its files before and after, with git's help where the workspace is
 * in a repository. All of it happens in a separate thread, and nothing is written to the workspace or its repository.
 */
export class FolderSnapshots implements WorkspaceSnapshots {
  readonly #data: SnapshotThreadData;
  readonly #logger: Logger;
  readonly #pending = new Map<number, Pending>();
  readonly #lastTakeMs = new RecentMap<string, number>(MAX_KNOWN_FOLDERS);
  #thread: Worker | undefined;
  #lastId = 0;
  #isClosed = false;

  constructor({ scratchFolder, limits, environment, excludedPaths = [], logger }: FolderSnapshotsOptions) {
    const { PATH, HOME, XDG_CONFIG_HOME } = environment ?? {};
    this.#data = {
      scratchFolder,
      limits: { ...DEFAULT_SNAPSHOT_LIMITS, ...limits },
      environment: { PATH, HOME, XDG_CONFIG_HOME },
      excludedPaths: [...excludedPaths],
    };
    this.#logger = logger;
  }

  /**
   * Examines these folders once, in the background, so that the first turn in them waits neither for the thread to start nor
   * for what it has to learn first. Never rejects.
   */
  async warm(folders: readonly string[]): Promise<void> {
    for (const folder of folders) {
      try {
        const snapshot = await this.take(folder, AbortSignal.timeout(WARMING_MS));
        await snapshot[Symbol.asyncDispose]();
      } catch (error) {
        if (this.#isClosed) return;
        this.#logger.debug("workspace.not-warmed", { error });
      }
    }
  }

  isSlow(folder: string): boolean {
    return (this.#lastTakeMs.get(folder) ?? 0) > SLOW_MS;
  }

  async take(folder: string, signal: AbortSignal): Promise<WorkspaceSnapshot> {
    const startedAt = performance.now();
    const id = this.#nextId();
    const thread = this.#open();
    const reply = await this.#ask(thread, { type: "take", id, folder }, signal, () =>
      this.#release(thread, id),
    );
    if (reply.type === "missing") {
      throw new AppError({
        kind: "engine-failed",
        message: "The workspace of this turn does not exist any more.",
      });
    }
    if (reply.type !== "taken") throw this.#failure(reply);
    const { files, isRepository } = reply;
    const ms = since(startedAt);
    this.#lastTakeMs.set(folder, ms);
    this.#logger.debug("workspace.snapshot-taken", { ms, files, isRepository });
    return {
      compare: (compareSignal) => this.#compare(thread, id, compareSignal),
      [Symbol.asyncDispose]: async () => this.#release(thread, id),
    };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const thread = this.#thread;
    this.#thread = undefined;
    await thread?.terminate();
    this.#rejectAll(new AppError({ kind: "shutting-down", message: "The server is stopping." }));
    await rm(this.#data.scratchFolder, { recursive: true, force: true });
  }

  async #compare(thread: Worker, snapshotId: number, signal: AbortSignal): Promise<ComparedWorkspace> {
    const startedAt = performance.now();
    const reply = await this.#ask(thread, { type: "compare", id: this.#nextId(), snapshotId }, signal);
    if (reply.type !== "compared") throw this.#failure(reply);
    const { changes, isComplete } = reply.result;
    this.#logger.debug("workspace.compared", { ms: since(startedAt), changes: changes.length, isComplete });
    return reply.result;
  }

  #ask(
    thread: Worker,
    request: SnapshotRequest & { readonly id: number },
    signal: AbortSignal,
    onLate?: () => void,
  ): Promise<SnapshotReply> {
    const { id } = request;
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      if (thread !== this.#thread) return reject(lostThread());
      const settle = <Value>(use: (value: Value) => void) => {
        return (value: Value) => {
          signal.removeEventListener("abort", onAbort);
          this.#pending.delete(id);
          if (this.#pending.size === 0) thread.unref();
          use(value);
        };
      };
      const onAbort = () => {
        post(thread, { type: "abort", id });
        settle(reject)(signal.reason);
        onLate?.();
      };
      signal.addEventListener("abort", onAbort, { once: true });
      this.#pending.set(id, { resolve: settle(resolve), reject: settle(reject) });
      thread.ref();
      post(thread, request);
    });
  }

  #release(thread: Worker, snapshotId: number): void {
    if (thread === this.#thread) post(thread, { type: "release", snapshotId });
  }

  #nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  #open(): Worker {
    if (this.#isClosed) throw new AppError({ kind: "shutting-down", message: "The server is stopping." });
    if (this.#thread) return this.#thread;
    const thread = new Worker(threadFile("snapshot-thread", import.meta.url), {
      workerData: this.#data,
      // This process's flags may not be valid for a thread.
      execArgv: [],
    });
    thread.unref();
    thread.on("message", (reply: SnapshotReply) => this.#pending.get(reply.id)?.resolve(reply));
    thread.on("error", (error) => this.#logger.error("workspace.snapshot-thread-failed", { error }));
    thread.once("exit", () => {
      if (thread !== this.#thread) return;
      this.#thread = undefined;
      this.#rejectAll(lostThread());
    });
    this.#thread = thread;
    return thread;
  }

  #rejectAll(error: AppError): void {
    for (const { reject } of this.#pending.values()) reject(error);
  }

  #failure(reply: SnapshotReply): AppError {
    const reason = reply.type === "failed" ? reply.reason : reply.type;
    this.#logger.error("workspace.snapshot-failed", { reason });
    return new AppError({
      kind: "engine-failed",
      message: "The files of the workspace could not be looked at.",
    });
  }
}

function post(thread: Worker, request: SnapshotRequest): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- the rule is about windows, this is a thread
  thread.postMessage(request);
}

function lostThread(): AppError {
  return new AppError({
    kind: "engine-failed",
    message: "The files of the workspace could not be compared.",
  });
}

function since(startedAt: number): number {
  return Math.round(performance.now() - startedAt);
}
