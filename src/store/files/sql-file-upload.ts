import type { Kysely } from "kysely";

import { AppError } from "../../core/words/app-error.ts";
import type { PrincipalId } from "../../core/words/ids.ts";
import type { FileUpload, StoredFile } from "../../core/ports/file-store.ts";
import { deleteFileNow } from "./delete-files.ts";
import { newFileId } from "./file-id.ts";
import { toStoredText } from "../database/stored-text.ts";
import type { Tables } from "../database/tables.ts";

/** Large enough that there are few, small enough to be written quickly. */
const PIECE_BYTES = 1024 * 1024;

/** Collects a file's bytes into pieces and writes each as soon as it is full, so it never holds more than one piece. */
export class SqlFileUpload implements FileUpload {
  readonly #db: Kysely<Tables>;
  readonly #principalId: PrincipalId;
  readonly #id: string;
  readonly createdAt: number;
  readonly #piece = Buffer.allocUnsafe(PIECE_BYTES);
  #filled = 0;
  #position = 0;
  #byteCount = 0;
  #state: "open" | "finished" | "discarded" = "open";

  private constructor(db: Kysely<Tables>, principalId: PrincipalId, createdAt: number) {
    this.#db = db;
    this.#principalId = principalId;
    this.createdAt = createdAt;
    this.#id = newFileId(createdAt);
  }

  static async begin(
    db: Kysely<Tables>,
    principalId: PrincipalId,
    createdAt: number,
  ): Promise<SqlFileUpload> {
    const upload = new SqlFileUpload(db, principalId, createdAt);
    await db
      .insertInto("files")
      .values({ id: upload.#id, principal_id: principalId, created_at: createdAt })
      .execute();
    return upload;
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.#byteCount += bytes.byteLength;
    for (let start = 0; start < bytes.byteLength;) {
      const part = bytes.subarray(start, start + PIECE_BYTES - this.#filled);
      this.#piece.set(part, this.#filled);
      this.#filled += part.byteLength;
      start += part.byteLength;
      if (this.#filled === PIECE_BYTES) await this.#writePiece();
    }
  }

  async finish({
    filename,
    purpose,
    expiresAt,
  }: Pick<StoredFile, "filename" | "purpose" | "expiresAt">): Promise<StoredFile> {
    if (this.#filled > 0) await this.#writePiece();
    const { numUpdatedRows } = await this.#db
      .updateTable("files")
      .set({
        filename: toStoredText(filename),
        purpose: toStoredText(purpose),
        byte_count: this.#byteCount,
        expires_at: expiresAt ?? null,
      })
      .where("id", "=", this.#id)
      .executeTakeFirst();
    if (numUpdatedRows === 0n) {
      throw new AppError({ kind: "timeout", message: "The upload took too long. Upload the file again." });
    }
    this.#state = "finished";
    return {
      id: this.#id,
      principalId: this.#principalId,
      filename,
      purpose,
      byteCount: this.#byteCount,
      createdAt: this.createdAt,
      ...(expiresAt !== undefined && { expiresAt }),
    };
  }

  async discard(): Promise<void> {
    if (this.#state !== "open") return;
    this.#state = "discarded";
    await deleteFileNow(this.#db, this.#id);
  }

  async #writePiece(): Promise<void> {
    const bytes = this.#piece.subarray(0, this.#filled);
    await this.#db
      .insertInto("file_pieces")
      .values({ file_id: this.#id, position: this.#position, bytes })
      .execute();
    this.#position++;
    this.#filled = 0;
  }
}
