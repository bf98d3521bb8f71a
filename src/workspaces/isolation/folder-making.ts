import type { ConversationId } from "../../core/words/ids.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { Logger } from "../../core/ports/logger.ts";
import type { Git } from "../git/git.ts";
import type { EntryCount, EntryLimits } from "./entry-limits.ts";
import type { FolderPaths } from "./folder-marker.ts";

/** The parts of the server that making a folder needs. */
export interface FolderMaking {
  readonly git: Git;
  /** Absolute real path of the folder that holds the conversations' folders. */
  readonly isolationRoot: string;
  readonly limits: EntryLimits;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** One folder to be made. */
export interface FolderPlan extends FolderPaths {
  readonly conversationId: ConversationId;
  /** Absolute real path. */
  readonly workspace: string;
  /** Counts what is copied; throws when it is too much. */
  readonly count: EntryCount;
  /** Whether a path below `root` belongs to the conversations' folders, which are never copied into each other. */
  readonly isOwn: (root: string) => (path: string) => boolean;
}
