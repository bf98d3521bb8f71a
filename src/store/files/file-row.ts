import type { Selectable } from "kysely";

import type { StoredFile } from "../../core/ports/file-store.ts";
import { fromStoredText } from "../database/stored-text.ts";
import type { FileTable } from "../database/tables.ts";

/** The file of a row; undefined when it has not arrived yet, is being deleted or has expired. */
export function fromFileRow(row: Selectable<FileTable> | undefined, now: number): StoredFile | undefined {
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
