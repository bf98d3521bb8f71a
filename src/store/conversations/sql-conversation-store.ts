import type { Transaction } from "kysely";

import type { ConversationId, NodeId, PrincipalId, TurnId } from "../../core/words/ids.ts";
import type {
  AbandonedTurn,
  Conversation,
  ConversationStore,
  ConversationSummary,
  NewTurn,
  StoredTurn,
  TurnOutcome,
} from "../../core/ports/conversation-store.ts";
import type { Retention } from "../../core/words/retention.ts";
import { insertTurn } from "./insert-turn.ts";
import { fromConversationRow } from "./conversation-row.ts";
import type { Database } from "../database/database.ts";
import { deleteOldContent } from "../database/delete-content.ts";
import { deleteConversation } from "./delete-conversation.ts";
import { failAbandonedTurns } from "./fail-abandoned-turns.ts";
import { finishTurn } from "./finish-turn.ts";
import { selectLineage } from "./lineage.ts";
import { selectConversations } from "./select-conversations.ts";
import { toStoredText } from "../database/stored-text.ts";
import type { Tables } from "../database/tables.ts";
import { fromTurnRow, hasContent, selectTurns } from "./turn-row.ts";

/** The conversation store in a SQL database. The queries are the same for SQLite and Postgres. */
export class SqlConversationStore implements ConversationStore {
  readonly #database: Database;
  readonly #retention: Retention;
  readonly #nodeId: NodeId | undefined;

  /** `nodeId`: the node that the turns belong to; without one they count as abandoned as soon as they have begun. */
  constructor(database: Database, retention: Retention, nodeId?: NodeId) {
    this.#database = database;
    this.#retention = retention;
    this.#nodeId = nodeId;
  }

  async findConversation(principalId: PrincipalId, nameOrId: string): Promise<Conversation | undefined> {
    const name = toStoredText(nameOrId);
    const rows = await this.#db
      .selectFrom("conversations")
      .where("principal_id", "=", principalId)
      // Proof for the cast: used only for comparing text; the encoding does not change any character of an id.
      .where((is) => is.or([is("name", "=", name), is("id", "=", name as string as ConversationId)]))
      .selectAll()
      .execute();
    const row = rows.find((candidate) => candidate.id === nameOrId) ?? rows[0];
    return row && fromConversationRow(row);
  }

  listConversations(
    principalId: PrincipalId,
    page: { readonly limit: number; readonly before?: number },
  ): Promise<readonly ConversationSummary[]> {
    return selectConversations(this.#db, principalId, page);
  }

  async listTurns(principalId: PrincipalId, id: ConversationId): Promise<readonly StoredTurn[]> {
    const conversation = await this.#db
      .selectFrom("conversations")
      .where("id", "=", id)
      .where("principal_id", "=", principalId)
      .select("head_turn_id")
      .executeTakeFirst();
    if (!conversation?.head_turn_id) return [];
    const rows = await selectLineage(this.#db, principalId, conversation.head_turn_id);
    return rows.map(fromTurnRow);
  }

  deleteConversation(principalId: PrincipalId, id: ConversationId): Promise<boolean> {
    return this.#writeAs(principalId, (transaction) => deleteConversation(transaction, principalId, id));
  }

  beginTurn(conversation: Conversation, turn: NewTurn): Promise<void> {
    return this.#writeAs(turn.principalId, (transaction) =>
      insertTurn(transaction, conversation, turn, { retention: this.#retention, nodeId: this.#nodeId }),
    );
  }

  finishTurn(id: TurnId, outcome: TurnOutcome): Promise<void> {
    return this.#db.transaction().execute((transaction) => finishTurn(transaction, id, outcome));
  }

  async findTurnByState(principalId: PrincipalId, stateHash: string): Promise<StoredTurn | undefined> {
    const row = await selectTurns(this.#db)
      .where("content.principal_id", "=", principalId)
      .where("content.state_hash", "=", stateHash)
      .orderBy("content.ended_at", "desc")
      .orderBy("content.turn_id", "desc")
      .limit(1)
      .executeTakeFirst();
    return row && fromTurnRow(row);
  }

  async loadLineage(principalId: PrincipalId, id: TurnId): Promise<readonly StoredTurn[] | undefined> {
    const rows = await selectLineage(this.#db, principalId, id);
    return rows.length > 0 && rows.every(hasContent) ? rows.map(fromTurnRow) : undefined;
  }

  failAbandonedTurns(endedAt: number): Promise<readonly AbandonedTurn[]> {
    return this.#db.transaction().execute((transaction) => failAbandonedTurns(transaction, endedAt));
  }

  purgeContent(olderThan: number): Promise<void> {
    return deleteOldContent(this.#db, olderThan);
  }

  close(): Promise<void> {
    return this.#db.destroy();
  }

  get #db() {
    return this.#database.db;
  }

  #writeAs<Result>(
    principalId: PrincipalId,
    write: (transaction: Transaction<Tables>) => Promise<Result>,
  ): Promise<Result> {
    return this.#db.transaction().execute(async (transaction) => {
      await this.#database.lockPrincipal(transaction, principalId);
      return write(transaction);
    });
  }
}
