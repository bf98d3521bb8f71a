import type { ConversationId } from "../core/words/ids.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { ConversationFolders } from "../core/ports/conversation-folders.ts";
import type { Logger } from "../core/ports/logger.ts";
import type { WorkspaceFolders } from "../core/ports/workspace-folders.ts";
import type { Profile } from "../core/words/profile.ts";
import { RecentMap } from "../lib/recent-map.ts";
import { Git } from "./git/git.ts";
import { ENTRY_LIMITS, type EntryLimits } from "./isolation/entry-limits.ts";
import { LocalConversationFolders } from "./isolation/local-conversation-folders.ts";
import { requireSameFolder } from "./require-same-folder.ts";
import { resolveFolder } from "./resolve-folder.ts";

export interface LocalWorkspaceFoldersParts {
  /** Absolute real paths that requests may name, from the setting `requests.folders`. */
  readonly allowedFolders: readonly string[];
  /** Absolute path of the folder that holds the conversations' own folders; created together with the first of them. */
  readonly isolationRoot: string;
  /** The server's environment: lets git find its program and the person's settings. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly logger: Logger;
  readonly clock?: Clock;
  readonly limits?: EntryLimits;
}

/** The folders on this machine that turns work in. */
export class LocalWorkspaceFolders implements WorkspaceFolders {
  readonly #allowedFolders: readonly string[];
  readonly #conversations: LocalConversationFolders;
  /** The most recently opened conversation folders, by `openingKey`. */
  readonly #opened = new RecentMap<string, string>(MAX_OPENED);

  constructor(parts: LocalWorkspaceFoldersParts) {
    const {
      allowedFolders,
      isolationRoot,
      environment,
      logger,
      clock = Date.now,
      limits = ENTRY_LIMITS,
    } = parts;
    this.#allowedFolders = allowedFolders;
    this.#conversations = new LocalConversationFolders({
      isolationRoot,
      limits,
      clock,
      logger,
      createGit: (root) => new Git(environment, [root]),
    });
  }

  /** The folders that belong to single conversations. */
  get conversations(): ConversationFolders {
    return this.#conversations;
  }

  resolve(path: string, profile: Profile, param: string): Promise<string> {
    return resolveFolder(path, { workspace: profile.workspace, allowedFolders: this.#allowedFolders, param });
  }

  expected(conversationId: ConversationId, profile: Profile): string | undefined {
    return profile.isolation === "none"
      ? profile.workspace
      : this.#opened.get(openingKey(conversationId, profile));
  }

  async open(
    conversationId: ConversationId,
    profile: Profile,
    signal: AbortSignal,
    from?: ConversationId,
  ): Promise<string> {
    const { workspace, isolation, name } = profile;
    await requireSameFolder(workspace, `The workspace of the profile '${name}'`);
    for (const folder of profile.additionalDirectories) {
      await requireSameFolder(folder, `An additional folder of the profile '${name}'`);
    }
    if (isolation === "none") return workspace;
    const opening = { conversationId, workspace, profileName: name, isolation, from };
    const folder = await this.#conversations.open(opening, signal);
    this.#opened.set(openingKey(conversationId, profile), folder);
    return folder;
  }
}

const MAX_OPENED = 1000;

function openingKey(conversationId: ConversationId, { workspace, isolation }: Profile): string {
  return JSON.stringify([conversationId, workspace, isolation]);
}
