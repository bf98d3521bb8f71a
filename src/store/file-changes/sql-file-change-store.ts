import type { Selectable } from "kysely";
import type { FileChange } from "../../core/words/file-change.ts";
import { withoutContents } from "../../core/file-changes/without-contents.ts";
import type { ConversationId, PrincipalId, TurnId } from "../../core/words/ids.ts";
import type { Page } from "../../core/ports/completion-store.ts";
import type { FileChangeStore, TurnChanges } from "../../core/ports/file-change-store.ts";
import type { KeptFileChange } from "../../core/ports/workspace-snapshots.ts";
import type { Retention } from "../../core/words/retention.ts";
import { isContentId } from "./content-id.ts";
import type { Database } from "../database/database.ts";
import { FILE_CHANGE_COLUMNS, fromFileChangeRow, fromKeptChangeRow } from "./file-change-row.ts";
import { saveFileChanges, toFileChangeRows } from "./save-file-changes.ts";
import { fromStoredBytes } from "../database/stored-bytes.ts";
import { fromStoredText } from "../database/stored-text.ts";
import type { TurnChangesTable } from "../database/tables.ts";

/** Limit of the contents of one turn's files, before compression. */
const MAX_BYTES = 64 * 1024 * 1024;

/** File changes in a SQL database, including contents. The queries are the same for SQLite and Postgres. */
export class SqlFileChangeStore implements FileChangeStore {
  readonly #database: Database;
  readonly #retention: Retention;
  readonly #maxBytes: number;

  constructor(database: Database, retention: Retention, maxBytes = MAX_BYTES) {
    this.#database = database;
    this.#retention = retention;
    this.#maxBytes = maxBytes;
  }

  async saveChanges(turn: TurnChanges<KeptFileChange>): Promise<readonly FileChange[]> {
    const told = turn.changes.map(withoutContents);
    if (this.#retention.content === "none") return told;
    const kept = { ...turn, changes: chooseKeptContents(turn.changes, this.#maxBytes) };
    const rows = await toFileChangeRows(kept);
    const isSaved = await this.#db.transaction().execute(async (transaction) => {
      await this.#database.lockPrincipal(transaction, turn.principalId);
      return saveFileChanges(transaction, kept, rows);
    });
    if (!isSaved) return told;
    return told.map((change, position) => {
      const contentId = rows[position]?.content_id;
      return typeof contentId === "string" ? { ...change, contentId } : change;
    });
  }

  async findChanges(principalId: PrincipalId, turnId: TurnId): Promise<TurnChanges<FileChange> | undefined> {
    const row = await this.#selectTurns(principalId).where("changed.turn_id", "=", turnId).executeTakeFirst();
    if (row === undefined) return undefined;
    return toTurnChanges(row, (await this.#changesOf([turnId])).get(turnId) ?? []);
  }

  async loadChanges(
    principalId: PrincipalId,
    turnId: TurnId,
  ): Promise<TurnChanges<KeptFileChange> | undefined> {
    const row = await this.#selectTurns(principalId).where("changed.turn_id", "=", turnId).executeTakeFirst();
    if (row === undefined) return undefined;
    const rows = await this.#db
      .selectFrom("file_changes")
      .where("turn_id", "=", turnId)
      .orderBy("position")
      .selectAll()
      .execute();
    const changes: KeptFileChange[] = [];
    for (const each of rows) changes.push(await fromKeptChangeRow(each));
    return toTurnChanges(row, changes);
  }

  async listChanges(
    principalId: PrincipalId,
    conversationId: ConversationId,
    { limit, after }: { readonly limit: number; readonly after?: TurnId },
  ): Promise<Page<TurnChanges<FileChange>> | undefined> {
    let turns = this.#selectTurns(principalId).where("turns.conversation_id", "=", conversationId);
    if (after !== undefined) {
      const last = await turns.where("changed.turn_id", "=", after).executeTakeFirst();
      if (last === undefined) return undefined;
      turns = turns.where((is) =>
        is(
          is.refTuple("changed.changed_at", "changed.turn_id"),
          ">",
          is.tuple(last.changed_at, last.turn_id),
        ),
      );
    }
    const rows = await turns
      .orderBy("changed.changed_at")
      .orderBy("changed.turn_id")
      // One more than requested shows whether there are more.
      .limit(limit + 1)
      .execute();
    const page = rows.slice(0, limit);
    const changes = await this.#changesOf(page.map((row) => row.turn_id));
    return {
      items: page.map((row) => toTurnChanges(row, changes.get(row.turn_id) ?? [])),
      hasMore: rows.length > limit,
    };
  }

  async loadContent(
    principalId: PrincipalId,
    contentId: string,
  ): Promise<{ readonly path: string; readonly content: Uint8Array } | undefined> {
    if (!isContentId(contentId)) return undefined;
    const row = await this.#db
      .selectFrom("file_changes as change")
      .innerJoin("turn_changes as changed", "changed.turn_id", "change.turn_id")
      .where("change.content_id", "=", contentId)
      .where("changed.principal_id", "=", principalId)
      .select(["change.path", "change.after"])
      .executeTakeFirst();
    if (row === undefined || row.after === null) return undefined;
    return { path: fromStoredText(row.path), content: await fromStoredBytes(row.after) };
  }

  async markUndone(turnId: TurnId, undoneAt: number): Promise<void> {
    await this.#db
      .updateTable("turn_changes")
      .set({ undone_at: undoneAt })
      .where("turn_id", "=", turnId)
      .execute();
  }

  /** A turn moves to another conversation when its own is deleted, so the conversation is always read from the turn. */
  #selectTurns(principalId: PrincipalId) {
    return this.#db
      .selectFrom("turn_changes as changed")
      .innerJoin("turns", "turns.id", "changed.turn_id")
      .where("changed.principal_id", "=", principalId)
      .select("turns.conversation_id")
      .selectAll("changed");
  }

  /** Grouped by turn, without contents. */
  async #changesOf(turnIds: readonly TurnId[]): Promise<ReadonlyMap<TurnId, readonly FileChange[]>> {
    const changes = new Map<TurnId, FileChange[]>(turnIds.map((turnId) => [turnId, []]));
    if (turnIds.length === 0) return changes;
    const rows = await this.#db
      .selectFrom("file_changes")
      .where("turn_id", "in", turnIds)
      .orderBy("turn_id")
      .orderBy("position")
      .select(["turn_id", ...FILE_CHANGE_COLUMNS])
      .execute();
    for (const row of rows) changes.get(row.turn_id)?.push(fromFileChangeRow(row));
    return changes;
  }

  get #db() {
    return this.#database.db;
  }
}

function toTurnChanges<Change>(
  row: Selectable<TurnChangesTable> & { readonly conversation_id: ConversationId },
  changes: readonly Change[],
): TurnChanges<Change> {
  return {
    turnId: row.turn_id,
    conversationId: row.conversation_id,
    principalId: row.principal_id,
    folder: fromStoredText(row.folder),
    changes,
    isComplete: row.is_complete === 1,
    changedAt: row.changed_at,
    ...(row.undone_at !== null && { undoneAt: row.undone_at }),
  };
}

/**
 * Drops contents beyond the limit for one turn. A change keeps both of its contents or none, since an undo needs both; small
 * ones after a large one are still kept.
 */
function chooseKeptContents(changes: readonly KeptFileChange[], maxBytes: number): readonly KeptFileChange[] {
  let left = maxBytes;
  return changes.map((change) => {
    const { before, after, ...rest } = change;
    const bytes = (before?.byteLength ?? 0) + (after?.byteLength ?? 0);
    if (bytes > left) return rest;
    left -= bytes;
    return change;
  });
}
