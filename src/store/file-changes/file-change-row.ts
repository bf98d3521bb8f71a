import type { Selectable } from "kysely";

import type { FileChange } from "../../core/words/file-change.ts";
import type { TurnId } from "../../core/words/ids.ts";
import type { KeptFileChange } from "../../core/ports/workspace-snapshots.ts";
import { newContentId } from "./content-id.ts";
import { fromStoredBytes, toStoredBytes } from "../database/stored-bytes.ts";
import { fromStoredText, toStoredText } from "../database/stored-text.ts";
import type { FileChangeTable } from "../database/tables.ts";

/** A change's columns without its contents, for queries that do not need them. */
export const FILE_CHANGE_COLUMNS = ["content_id", "type", "path", "previous_path", "diff"] as const;

export async function toFileChangeRow(
  turnId: TurnId,
  position: number,
  change: KeptFileChange,
): Promise<Selectable<FileChangeTable>> {
  const { before, after, previousPath, diff } = change;
  return {
    turn_id: turnId,
    position,
    content_id: after === undefined ? null : newContentId(),
    type: change.type,
    path: toStoredText(change.path),
    previous_path: previousPath === undefined ? null : toStoredText(previousPath),
    diff: diff === undefined ? null : toStoredText(diff),
    mode_before: change.modeBefore ?? null,
    mode_after: change.modeAfter ?? null,
    before: before === undefined ? null : await toStoredBytes(before),
    after: after === undefined ? null : await toStoredBytes(after),
  };
}

export function fromFileChangeRow(
  row: Pick<Selectable<FileChangeTable>, (typeof FILE_CHANGE_COLUMNS)[number]>,
): FileChange {
  return {
    type: row.type,
    path: fromStoredText(row.path),
    ...(row.previous_path !== null && { previousPath: fromStoredText(row.previous_path) }),
    ...(row.diff !== null && { diff: fromStoredText(row.diff) }),
    ...(row.content_id !== null && { contentId: row.content_id }),
  };
}

export async function fromKeptChangeRow(row: Selectable<FileChangeTable>): Promise<KeptFileChange> {
  const { contentId: _, ...change } = fromFileChangeRow(row);
  return {
    ...change,
    ...(row.before !== null && { before: await fromStoredBytes(row.before) }),
    ...(row.after !== null && { after: await fromStoredBytes(row.after) }),
    ...(row.mode_before !== null && { modeBefore: row.mode_before }),
    ...(row.mode_after !== null && { modeAfter: row.mode_after }),
  };
}
