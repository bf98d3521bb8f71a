import type { FileChange } from "../words/file-change.ts";
import type { ConversationId, PrincipalId, TurnId } from "../words/ids.ts";
import type { Page } from "./completion-store.ts";
import type { KeptFileChange } from "./workspace-snapshots.ts";

/** What one turn changed. */
export interface TurnChanges<Change> {
  readonly turnId: TurnId;
  readonly conversationId: ConversationId;
  readonly principalId: PrincipalId;
  /** Absolute path of the folder that the paths are relative to. */
  readonly folder: string;
  readonly changes: readonly Change[];
  readonly isComplete: boolean;
  /** Milliseconds since the epoch. */
  readonly changedAt: number;
  /** When the changes were undone. */
  readonly undoneAt?: number;
}

/** File changes of turns, with the contents before and after. Scoped by principal; kept as long as the turn's content is. */
export interface FileChangeStore {
  /**
   * Returns the changes as clients see them, with ids for the contents that are kept, whose total size per turn is limited.
   * Keeps nothing and gives no ids when nothing is to be kept or the conversation was deleted while the turn ran.
   */
  saveChanges(turn: TurnChanges<KeptFileChange>): Promise<readonly FileChange[]>;
  /** Undefined when the turn changed nothing, or is not this principal's. */
  findChanges(principalId: PrincipalId, turnId: TurnId): Promise<TurnChanges<FileChange> | undefined>;
  /** Includes contents, for undo. */
  loadChanges(principalId: PrincipalId, turnId: TurnId): Promise<TurnChanges<KeptFileChange> | undefined>;
  /** A page of one conversation's turns that changed something, oldest first; undefined when `after` is none of them. */
  listChanges(
    principalId: PrincipalId,
    conversationId: ConversationId,
    page: { readonly limit: number; readonly after?: TurnId },
  ): Promise<Page<TurnChanges<FileChange>> | undefined>;
  /** A file's content after the turn. */
  loadContent(
    principalId: PrincipalId,
    contentId: string,
  ): Promise<{ readonly path: string; readonly content: Uint8Array } | undefined>;
  markUndone(turnId: TurnId, undoneAt: number): Promise<void>;
}
