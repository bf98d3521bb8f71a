import { readdir, realpath, rm } from "node:fs/promises";
import { join } from "node:path";

import { AppError } from "../../core/words/app-error.ts";
import type { ConversationId } from "../../core/words/ids.ts";
import type {
  ConversationFolder,
  ConversationFolders,
  FolderApply,
  FolderDiff,
} from "../../core/ports/conversation-folders.ts";
import { KeyedLock } from "../../lib/keyed-lock.ts";
import type { Git } from "../git/git.ts";
import { isInside } from "../../lib/is-inside.ts";
import { requireSameFolder } from "../require-same-folder.ts";
import { applyChanges } from "./apply-changes.ts";
import { compareCopy } from "./compare-copy.ts";
import { describeChanges } from "./describe-changes.ts";
import type { FolderMaking } from "./folder-making.ts";
import { folderPaths, type FolderMarker, readMarker } from "./folder-marker.ts";
import { makeFolder } from "./make-folder.ts";
import { removeTree } from "./remove-tree.ts";
import { removeWorktree } from "./worktree.ts";
import { ensureFolder } from "../../lib/ensure-folder.ts";

/** What a conversation asks for when it opens its folder. */
export interface FolderOpening {
  readonly conversationId: ConversationId;
  /** Absolute real path. */
  readonly workspace: string;
  readonly profileName: string;
  readonly isolation: FolderMarker["isolation"];
  readonly from?: ConversationId | undefined;
}

/** The conversations' folders on this machine, below one folder of the server's own. */
export class LocalConversationFolders implements ConversationFolders {
  readonly #making: Omit<FolderMaking, "git" | "isolationRoot">;
  readonly #givenRoot: string;
  readonly #createGit: (isolationRoot: string) => Git;
  readonly #locks = new KeyedLock();
  #prepared: Promise<FolderMaking> | undefined;

  constructor(parts: Omit<FolderMaking, "git"> & { readonly createGit: (isolationRoot: string) => Git }) {
    const { isolationRoot, createGit, ...making } = parts;
    this.#making = making;
    this.#givenRoot = isolationRoot;
    this.#createGit = createGit;
  }

  /** The real path of the conversation's folder, which is made once, on first use. */
  async open(opening: FolderOpening, signal: AbortSignal): Promise<string> {
    const making = await this.#prepare();
    return this.#locks.run(opening.conversationId, async () => {
      signal.throwIfAborted();
      const known = await this.#readMarker(making, opening.conversationId);
      const marker = known ?? (await this.#make(opening, making, signal));
      const folder = join(
        folderPaths(making.isolationRoot, opening.conversationId).folder,
        placeIn(marker, opening),
      );
      // A worktree contains nothing of a folder that held only ignored files.
      if (known === undefined) await ensureFolder(folder);
      await requireSameFolder(folder, "The conversation's own folder");
      return folder;
    });
  }

  async find(conversationId: ConversationId): Promise<ConversationFolder | undefined> {
    const making = await this.#prepare();
    const marker = await this.#readMarker(making, conversationId);
    return marker && describe(marker, making.isolationRoot);
  }

  async list(): Promise<readonly ConversationFolder[]> {
    const { isolationRoot } = await this.#prepare();
    const names = (await readdir(isolationRoot)).filter((name) => name.endsWith(".json"));
    const markers = await Promise.all(names.map((name) => readMarker(join(isolationRoot, name))));
    return markers
      .flatMap((marker) => (marker ? [describe(marker, isolationRoot)] : []))
      .toSorted((one, other) => one.createdAt - other.createdAt);
  }

  async diff(conversationId: ConversationId, signal: AbortSignal): Promise<FolderDiff | undefined> {
    const making = await this.#prepare();
    return this.#locks.run(conversationId, async () => {
      const marker = await this.#readMarker(making, conversationId);
      if (marker === undefined) return undefined;
      await requireOwnFolder(marker, making.isolationRoot);
      const compared = await compareCopy(marker, making, signal);
      return { isolation: marker.isolation, ...(await describeChanges(compared, signal)) };
    });
  }

  async apply(conversationId: ConversationId, signal: AbortSignal): Promise<FolderApply | undefined> {
    const making = await this.#prepare();
    return this.#locks.run(conversationId, async () => {
      const marker = await this.#readMarker(making, conversationId);
      if (marker === undefined) return undefined;
      await requireOwnFolder(marker, making.isolationRoot);
      const compared = await compareCopy(marker, making, signal);
      // Two conversations never write to one workspace at the same time.
      return this.#locks.run(`source:${marker.source}`, async () => {
        const result = await applyChanges(marker, compared, making, signal);
        const { applied, conflicts } = result;
        making.logger.info("isolation.applied", {
          conversationId,
          applied: applied.length,
          conflicts: conflicts.length,
        });
        return result;
      });
    });
  }

  async remove(conversationId: ConversationId): Promise<boolean> {
    const making = await this.#prepare();
    return this.#locks.run(conversationId, async () => {
      const { folder, pristine, stamps, marker: file } = folderPaths(making.isolationRoot, conversationId);
      const marker = await this.#readMarker(making, conversationId);
      if (marker === undefined) return false;
      await removeTree(folder);
      await removeTree(pristine);
      await removeTree(stamps);
      if (marker.isolation === "worktree") await removeWorktree(making.git, marker.source, folder);
      // Last, so that everything before can be retried after a failure.
      await rm(file, { force: true });
      making.logger.info("isolation.removed", { conversationId });
      return true;
    });
  }

  async #make(
    { conversationId, workspace, profileName, isolation, from }: FolderOpening,
    making: FolderMaking,
    signal: AbortSignal,
  ): Promise<FolderMarker> {
    const request = { conversationId, workspace, profileName, isolation };
    const source = from === undefined ? undefined : await this.#readMarker(making, from);
    const isOfSame = source && join(source.source, source.subfolder) === workspace;
    return makeFolder({ ...request, from: isOfSame ? source : undefined }, making, signal);
  }

  async #readMarker(
    { isolationRoot }: FolderMaking,
    conversationId: ConversationId,
  ): Promise<FolderMarker | undefined> {
    return readMarker(folderPaths(isolationRoot, conversationId).marker);
  }

  /** Creates the folder of folders on first use; servers without isolation never have one. */
  #prepare(): Promise<FolderMaking> {
    const prepare = async () => {
      await ensureFolder(this.#givenRoot, 0o700);
      const isolationRoot = await realpath(this.#givenRoot);
      return { ...this.#making, isolationRoot, git: this.#createGit(isolationRoot) };
    };
    this.#prepared ??= prepare().catch((error: unknown) => {
      this.#prepared = undefined;
      throw error;
    });
    return this.#prepared;
  }
}

/** The path of the requested workspace in the conversation's folder; a later turn may ask for a folder inside the first. */
function placeIn({ source, subfolder }: FolderMarker, { workspace }: FolderOpening): string {
  const made = join(source, subfolder);
  if (isInside(workspace, made)) return join(subfolder, workspace.slice(made.length));
  throw new AppError({
    kind: "invalid-request",
    message:
      "This conversation works in a folder of its own that was made from another workspace. Begin a new conversation " +
      "to work in this one.",
  });
}

async function requireOwnFolder(marker: FolderMarker, isolationRoot: string): Promise<void> {
  const { folder, pristine } = folderPaths(isolationRoot, marker.conversationId);
  await requireSameFolder(join(folder, marker.subfolder), "The conversation's own folder");
  await ensureFolder(join(pristine, marker.subfolder));
}

function describe(marker: FolderMarker, isolationRoot: string): ConversationFolder {
  const { conversationId, isolation, source, subfolder, createdAt } = marker;
  const { folder } = folderPaths(isolationRoot, conversationId);
  return {
    conversationId,
    isolation,
    base: join(source, subfolder),
    folder: join(folder, subfolder),
    createdAt,
  };
}
