import type { ConversationDetails } from "../../core/ports/conversation-directory.ts";
import type { ConversationFolder } from "../../core/ports/conversation-folders.ts";
import type { ConversationSummary, StoredTurn } from "../../core/ports/conversation-store.ts";
import type { TurnChanges } from "../../core/ports/file-change-store.ts";
import type { FileChange } from "../../core/words/file-change.ts";

/** A conversation of any principal, as a list has it. */
export interface ListedConversationFacts extends ConversationSummary {
  readonly isHot: boolean;
}

/** A turn with what it changed, if that is on record. */
export interface ShownTurnFacts {
  readonly turn: StoredTurn;
  readonly changes?: TurnChanges<FileChange>;
}

/** A conversation with a page of its turns. */
export interface ShownConversationFacts {
  readonly conversation: ConversationDetails;
  readonly folder?: ConversationFolder;
  /** The latest ones, the oldest of these first. */
  readonly turns: readonly ShownTurnFacts[];
  readonly hasEarlier: boolean;
}
