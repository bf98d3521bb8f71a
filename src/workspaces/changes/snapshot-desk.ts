import { lstatSync } from "node:fs";

import { compareFolder } from "./compare-folder.ts";
import { ContentKeeper } from "./content-keeper.ts";
import { ExcludedPaths } from "../files/excluded-paths.ts";
import { FolderState } from "./folder-state.ts";
import { GitListing } from "../git/git-listing.ts";
import { GitProgram } from "../git/git-program.ts";
import { ManifestReader } from "./manifest-reader.ts";
import { ShadowRepositories } from "../git/shadow-repository.ts";
import type { SnapshotReply, SnapshotRequest, SnapshotThreadData } from "./snapshot-messages.ts";
import { StatReader } from "../files/stat-reader.ts";
import { assertNever } from "../../lib/assert-never.ts";
import { ensureFolderSync } from "../../lib/ensure-folder.ts";

/** Takes snapshots and compares them. Blocks while it examines files, so it must run in its own thread. */
export class SnapshotDesk {
  readonly #data: SnapshotThreadData;
  readonly #git: GitListing;
  readonly #manifests: ManifestReader;
  readonly #keeper: ContentKeeper;
  readonly #stats = new StatReader();
  readonly #states = new Map<number, FolderState>();
  readonly #running = new Map<number, AbortController>();

  constructor(data: SnapshotThreadData) {
    this.#data = data;
    ensureFolderSync(data.scratchFolder, 0o700);
    const program = new GitProgram(data.environment);
    const shadows = new ShadowRepositories(data.scratchFolder, () => program.excludesFile());
    this.#git = new GitListing(program, shadows);
    const excluded = new ExcludedPaths(data.excludedPaths);
    this.#manifests = new ManifestReader(this.#git, this.#stats, data.limits.maxFiles, excluded);
    this.#keeper = new ContentKeeper(data.limits);
    this.#stats.warm();
    void program.excludesFile();
  }

  /** Returns undefined when the request gets no reply. */
  async handle(request: SnapshotRequest): Promise<SnapshotReply | undefined> {
    switch (request.type) {
      case "take":
        return this.#run(request.id, (signal) => this.#take(request.id, request.folder, signal));
      case "compare":
        return this.#run(request.id, (signal) => this.#compare(request.id, request.snapshotId, signal));
      case "abort":
        this.#running.get(request.id)?.abort();
        return undefined;
      case "release":
        this.#release(request.snapshotId);
        return undefined;
      default:
        return assertNever(request);
    }
  }

  async close(): Promise<void> {
    for (const controller of this.#running.values()) controller.abort();
    for (const id of this.#states.keys()) this.#release(id);
    await this.#stats.close();
  }

  async #run(
    id: number,
    task: (signal: AbortSignal) => Promise<SnapshotReply>,
  ): Promise<SnapshotReply | undefined> {
    const controller = new AbortController();
    this.#running.set(id, controller);
    try {
      return await this.#keeper.first(() => task(controller.signal));
    } catch (error) {
      // Nobody waits for the reply to an aborted request.
      if (controller.signal.aborted) return undefined;
      // Not every error can be sent to another thread.
      return {
        type: "failed",
        id,
        reason: error instanceof Error ? (error.stack ?? error.message) : String(error),
      };
    } finally {
      this.#running.delete(id);
    }
  }

  async #take(id: number, folder: string, signal: AbortSignal): Promise<SnapshotReply> {
    if (!lstatSync(folder, { throwIfNoEntry: false })?.isDirectory()) return { type: "missing", id };
    const takenAtMs = Date.now();
    const repository = await this.#manifests.repositoryOf(folder, signal);
    const manifest = await this.#manifests.read(folder, repository, signal);
    signal.throwIfAborted();
    const state = new FolderState(folder, repository, manifest, takenAtMs);
    this.#keeper.keep(state);
    this.#states.set(id, state);
    return { type: "taken", id, files: manifest.paths.length, isRepository: repository !== undefined };
  }

  async #compare(id: number, snapshotId: number, signal: AbortSignal): Promise<SnapshotReply> {
    const state = this.#states.get(snapshotId);
    if (!state) throw new Error("this snapshot has been released");
    const tools = {
      manifests: this.#manifests,
      git: this.#git,
      keeper: this.#keeper,
      limits: this.#data.limits,
    };
    return { type: "compared", id, result: await compareFolder(state, tools, signal) };
  }

  #release(id: number): void {
    const state = this.#states.get(id);
    if (state) this.#keeper.release(state);
    this.#states.delete(id);
  }
}
