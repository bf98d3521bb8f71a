import type { Selectable } from "kysely";

import type { RequestEntry } from "../../core/words/request-entry.ts";
import type { StoredText } from "../database/stored-text.ts";
import { fromStoredText, toStoredText } from "../database/stored-text.ts";
import type { RequestTable } from "./request-log-tables.ts";

export type RequestRow = Selectable<RequestTable>;

/** With every column: the statement that inserts many is built from one row's. */
export function toRequestRow(entry: RequestEntry): RequestRow {
  return {
    id: entry.id,
    started_at: entry.startedAt,
    duration_ms: Math.max(0, entry.endedAt - entry.startedAt),
    route: toStoredText(entry.route),
    status: entry.status,
    error: entry.error ?? null,
    principal_id: entry.principalId ?? null,
    client: toText(entry.client),
    protocol: entry.protocol ?? null,
    profile: toText(entry.profile),
    model_id: toText(entry.modelId),
    model: toText(entry.model),
    conversation_id: entry.conversationId ?? null,
    conversation_name: toText(entry.conversationName),
    turn_id: entry.turnId ?? null,
    turn_count: entry.turnCount,
    placement: entry.placement ?? null,
    queue_ms: entry.queueMs ?? null,
    process_ms: entry.processMs ?? null,
    first_token_ms: entry.firstTokenMs ?? null,
    input_tokens: entry.usage.inputTokens,
    cache_read_tokens: entry.usage.cacheReadTokens,
    cache_write_tokens: entry.usage.cacheWriteTokens,
    output_tokens: entry.usage.outputTokens,
    reasoning_tokens: entry.usage.reasoningTokens,
    cost_usd: entry.costUsd,
  };
}

export function fromRequestRow(row: RequestRow): RequestEntry {
  return {
    id: row.id,
    startedAt: row.started_at,
    endedAt: row.started_at + row.duration_ms,
    route: fromStoredText(row.route),
    status: row.status,
    ...(row.error !== null && { error: row.error }),
    ...(row.principal_id !== null && { principalId: row.principal_id }),
    ...(row.client !== null && { client: fromStoredText(row.client) }),
    ...(row.protocol !== null && { protocol: row.protocol }),
    ...(row.profile !== null && { profile: fromStoredText(row.profile) }),
    ...(row.model_id !== null && { modelId: fromStoredText(row.model_id) }),
    ...(row.model !== null && { model: fromStoredText(row.model) }),
    ...(row.conversation_id !== null && { conversationId: row.conversation_id }),
    ...(row.conversation_name !== null && { conversationName: fromStoredText(row.conversation_name) }),
    ...(row.turn_id !== null && { turnId: row.turn_id }),
    turnCount: row.turn_count,
    ...(row.placement !== null && { placement: row.placement }),
    ...(row.queue_ms !== null && { queueMs: row.queue_ms }),
    ...(row.process_ms !== null && { processMs: row.process_ms }),
    ...(row.first_token_ms !== null && { firstTokenMs: row.first_token_ms }),
    usage: {
      inputTokens: row.input_tokens,
      cacheReadTokens: row.cache_read_tokens,
      cacheWriteTokens: row.cache_write_tokens,
      outputTokens: row.output_tokens,
      reasoningTokens: row.reasoning_tokens,
    },
    costUsd: row.cost_usd,
  };
}

function toText(text: string | undefined): StoredText | null {
  return text === undefined ? null : toStoredText(text);
}
