import type { UndoTurn } from "../../core/file-changes/undo-turn.ts";
import type { ConversationDetails, ConversationDirectory } from "../../core/ports/conversation-directory.ts";
import type { ConversationFolders, FolderApply, FolderDiff } from "../../core/ports/conversation-folders.ts";
import type {
  ConversationFilter,
  ConversationIndex,
  ConversationPage,
} from "../../core/ports/conversation-index.ts";
import type { ConversationSummary, StoredTurn } from "../../core/ports/conversation-store.ts";
import type { FileChangeStore } from "../../core/ports/file-change-store.ts";
import { AppError } from "../../core/words/app-error.ts";
import type { ConversationId, PrincipalId, TurnId } from "../../core/words/ids.ts";
import type {
  ListedConversationFacts,
  ShownConversationFacts,
  ShownTurnFacts,
} from "../../protocols/admin/shown-conversation.ts";

export interface ConversationAdminParts {
  readonly index: ConversationIndex;
  readonly conversations: ConversationDirectory;
  readonly conversationFolders: Pick<ConversationFolders, "find" | "diff" | "apply">;
  readonly fileChanges: Pick<FileChangeStore, "findChanges">;
  readonly undoTurn: UndoTurn;
  /** The conversations whose next turn goes on where they stand. */
  readonly held: () => readonly ConversationId[];
}

/** `hot`: its next turn goes on where it stands; `stored`: it is on record only. */
export type ConversationState = "hot" | "stored";

export interface AskedConversations extends Pick<ConversationFilter, "principalId" | "profile"> {
  readonly state?: ConversationState;
}

/** What the operator may see of everybody's conversations and do with them. Methods throw AppError `not-found` for unknown ids. */
export class ConversationAdmin {
  readonly #parts: ConversationAdminParts;

  constructor(parts: ConversationAdminParts) {
    this.#parts = parts;
  }

  async list(
    { state, ...filter }: AskedConversations,
    page: ConversationPage,
  ): Promise<readonly ListedConversationFacts[]> {
    const held = this.#parts.held();
    const among = state === "hot" ? { only: held } : state === "stored" ? { without: held } : {};
    const found = await this.#parts.index.listAll({ ...filter, ...among }, page);
    const hot = new Set(held);
    return found.map((conversation) => ({ ...conversation, isHot: hot.has(conversation.id) }));
  }

  /** `before`: turns before this one. */
  async find(
    id: string,
    page: { readonly limit: number; readonly before?: TurnId },
  ): Promise<ShownConversationFacts> {
    const { conversationFolders, fileChanges } = this.#parts;
    const conversation = await this.#details(id);
    const end = page.before ? conversation.turns.findIndex((turn) => turn.id === page.before) : undefined;
    const earlier = conversation.turns.slice(0, end === -1 ? 0 : end);
    const shown = earlier.slice(-page.limit);
    const turns = await Promise.all(
      shown.map(async (turn): Promise<ShownTurnFacts> => {
        const changes = await fileChanges.findChanges(conversation.principalId, turn.id);
        return { turn, ...(changes && { changes }) };
      }),
    );
    const folder = await conversationFolders.find(conversation.id);
    return { conversation, ...(folder && { folder }), turns, hasEarlier: earlier.length > shown.length };
  }

  /** A turn of the conversation's current line. */
  async findTurn(id: string, turnId: TurnId): Promise<StoredTurn> {
    const turn = (await this.#details(id)).turns.find((each) => each.id === turnId);
    return turn ?? missing("There is no turn with this id in the conversation.");
  }

  /** Ends its idle session; the record stays. */
  async evict(id: string): Promise<void> {
    await this.#remove(id, "evict");
  }

  /** Deletes it with its folder, and cancels its running turn. */
  async delete(id: string): Promise<ConversationSummary> {
    const conversation = await this.#details(id);
    await this.#remove(id, "forget");
    return conversation;
  }

  /** Returns the paths of the restored files. */
  async undo(id: string, turnId: TurnId): Promise<readonly string[]> {
    return this.#parts.undoTurn(await this.#ownerOf(id), turnId);
  }

  async diff(id: string, signal: AbortSignal): Promise<FolderDiff> {
    const { conversationFolders } = this.#parts;
    await this.#ownerOf(id);
    return (await conversationFolders.diff(asId(id), signal)) ?? hasNoFolder();
  }

  async apply(id: string, signal: AbortSignal): Promise<FolderApply> {
    const { conversationFolders } = this.#parts;
    await this.#ownerOf(id);
    return (await conversationFolders.apply(asId(id), signal)) ?? hasNoFolder();
  }

  async #details(id: string): Promise<ConversationDetails> {
    const found = await this.#parts.conversations.find(await this.#ownerOf(id), id);
    return found ?? noConversation();
  }

  async #remove(id: string, mode: "evict" | "forget"): Promise<void> {
    if (!(await this.#parts.conversations.remove(await this.#ownerOf(id), id, mode))) noConversation();
  }

  async #ownerOf(id: string): Promise<PrincipalId> {
    return (await this.#parts.index.ownerOf(asId(id))) ?? noConversation();
  }
}

function noConversation(): never {
  return missing("There is no conversation with this id.");
}

function hasNoFolder(): never {
  return missing(
    "This conversation has no folder of its own: it works in the workspace itself (setting profiles.<name>.isolation).",
  );
}

function missing(message: string): never {
  throw new AppError({ kind: "not-found", message });
}

function asId(id: string): ConversationId {
  // Proof for the cast: it is only looked up.
  return id as ConversationId;
}
