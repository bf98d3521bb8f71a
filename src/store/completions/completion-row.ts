import { createHash } from "node:crypto";

import type { Selectable } from "kysely";

import type { Metadata, StoredCompletion } from "../../core/ports/completion-store.ts";
import { fromStoredJson, fromStoredText, toStoredJson, toStoredText } from "../database/stored-text.ts";
import type { StoredCompletionTable } from "../database/tables.ts";

export function toCompletionRow(completion: StoredCompletion): Selectable<StoredCompletionTable> {
  return {
    id: toStoredText(completion.id),
    principal_id: completion.principalId,
    model: toStoredText(completion.model),
    metadata: toStoredJson(completion.metadata),
    body: toStoredJson(completion.body),
    created_at: completion.createdAt,
  };
}

export function fromCompletionRow(row: Selectable<StoredCompletionTable>): StoredCompletion {
  return {
    id: fromStoredText(row.id),
    principalId: row.principal_id,
    model: fromStoredText(row.model),
    metadata: fromStoredJson(row.metadata),
    body: fromStoredJson(row.body),
    createdAt: row.created_at,
  };
}

/** One tag for each pair of name and value; two tags are equal only if the pairs are. */
export function toTags(metadata: Metadata): readonly string[] {
  return Object.entries(metadata).map((pair) =>
    createHash("sha256").update(JSON.stringify(pair)).digest("base64url"),
  );
}
