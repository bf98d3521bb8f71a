import type { Selectable } from "kysely";

import type { KeptResponse } from "../../core/ports/response-store.ts";
import type { NodeId } from "../../core/words/ids.ts";
import { fromStoredJson, fromStoredText, toStoredJson, toStoredText } from "../database/stored-text.ts";
import type { ResponseTable } from "../database/tables.ts";

export function toResponseRow(response: KeptResponse, nodeId: NodeId | undefined): Selectable<ResponseTable> {
  return {
    id: toStoredText(response.id),
    principal_id: response.principalId,
    status: response.status,
    is_background: response.isBackground ? 1 : 0,
    has_stream: response.hasStream ? 1 : 0,
    previous_id: response.previousId === undefined ? null : toStoredText(response.previousId),
    body: toStoredJson(response.body),
    input: toStoredJson(response.input),
    created_at: response.createdAt,
    node_id: nodeId ?? null,
  };
}

export function fromResponseRow(row: Selectable<ResponseTable>): KeptResponse {
  return {
    id: fromStoredText(row.id),
    principalId: row.principal_id,
    status: row.status,
    isBackground: row.is_background === 1,
    ...(row.has_stream === 1 && { hasStream: true }),
    ...(row.previous_id !== null && { previousId: fromStoredText(row.previous_id) }),
    body: fromStoredJson(row.body),
    input: fromStoredJson(row.input),
    createdAt: row.created_at,
  };
}
