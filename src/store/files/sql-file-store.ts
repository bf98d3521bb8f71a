import type { PrincipalId } from "../../core/words/ids.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { Page } from "../../core/ports/completion-store.ts";
import type { FileQuery, FileStore, FileUpload, StoredFile } from "../../core/ports/file-store.ts";
import type { Retention } from "../../core/words/retention.ts";
import type { Database } from "../database/database.ts";
import { deleteFileNow, sweepFiles } from "./delete-files.ts";
import { isFileId } from "./file-id.ts";
import { SqlFileUpload } from "./sql-file-upload.ts";
import { fromStoredText, toStoredText } from "../database/stored-text.ts";
import type { Selectable } from "kysely";
import type { FileTable } from "../database/tables.ts";

/**
 * Files in a SQL database, including their bytes: one place to back up, shared by every server on it, and a name chosen by a
 * client never reaches a file system.
 */
export class SqlFileStore implements FileStore {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly isEnabled: boolean;

  constructor(database: Database, retention: Retention, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
    this.isEnabled = retention.content === "keep";
  }

  beginUpload(principalId: PrincipalId): Promise<FileUpload> {
    if (!this.isEnabled) throw new Error("Nothing is to be kept, so no file may be taken.");
    return SqlFileUpload.begin(this.#db, principalId, this.#clock());
  }

  async findFile(principalId: PrincipalId, id: string): Promise<StoredFile | undefined> {
    if (!isFileId(id)) return undefined;
    const row = await this.#db
      .selectFrom("files")
      .where("id", "=", id)
      .where("principal_id", "=", principalId)
      .selectAll()
      .executeTakeFirst();
    return fromFileRow(row, this.#clock());
  }

  async listFiles(principalId: PrincipalId, query: FileQuery): Promise<Page<StoredFile> | undefined> {
    const { limit, order, after, purpose } = query;
    if (after !== undefined && !isFileId(after)) return undefined;
    const now = this.#clock();
    const rows = await this.#db
      .selectFrom("files")
      .where("principal_id", "=", principalId)
      .where("byte_count", "is not", null)
      .where((is) => is.or([is("expires_at", "is", null), is("expires_at", ">", now)]))
      .$if(after !== undefined, (files) => files.where("id", order === "asc" ? ">" : "<", after ?? ""))
      .$if(purpose !== undefined, (files) => files.where("purpose", "=", toStoredText(purpose ?? "")))
      .orderBy("id", order)
      // One more than requested shows whether there are more.
      .limit(limit + 1)
      .selectAll()
      .execute();
    const items = rows.slice(0, limit).flatMap((row) => fromFileRow(row, now) ?? []);
    return { items, hasMore: rows.length > limit };
  }

  async readFile(
    principalId: PrincipalId,
    id: string,
  ): Promise<{ readonly file: StoredFile; readonly content: AsyncIterable<Uint8Array> } | undefined> {
    const file = await this.findFile(principalId, id);
    return file && { file, content: this.#readPieces(file) };
  }

  async deleteFile(principalId: PrincipalId, id: string): Promise<boolean> {
    const file = await this.findFile(principalId, id);
    if (!file) return false;
    await deleteFileNow(this.#db, id);
    return true;
  }

  sweepFiles(): Promise<void> {
    return sweepFiles(this.#db, this.#clock());
  }

  async *#readPieces({ id, byteCount }: StoredFile): AsyncGenerator<Uint8Array, void, undefined> {
    let left = byteCount;
    for (let position = 0; left > 0; position++) {
      const piece = await this.#db
        .selectFrom("file_pieces")
        .where("file_id", "=", id)
        .where("position", "=", position)
        .select("bytes")
        .executeTakeFirst();
      if (!piece) throw new Error("The file was deleted while it was read.");
      left -= piece.bytes.byteLength;
      yield piece.bytes;
    }
  }

  get #db() {
    return this.#database.db;
  }
}

/** The file of a row; undefined when its upload is not finished, it is being deleted or it has expired. */
function fromFileRow(row: Selectable<FileTable> | undefined, now: number): StoredFile | undefined {
  if (!row || row.byte_count === null || row.filename === null || row.purpose === null) return undefined;
  if (row.expires_at !== null && row.expires_at <= now) return undefined;
  return {
    id: row.id,
    principalId: row.principal_id,
    filename: fromStoredText(row.filename),
    purpose: fromStoredText(row.purpose),
    byteCount: row.byte_count,
    createdAt: row.created_at,
    ...(row.expires_at !== null && { expiresAt: row.expires_at }),
  };
}
