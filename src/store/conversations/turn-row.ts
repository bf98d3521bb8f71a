import type { Insertable, Kysely, Selectable } from "kysely";

import type { NewTurn, StoredTurn, TurnOutcome } from "../../core/ports/conversation-store.ts";
import type { NodeId } from "../../core/words/ids.ts";
import type { Usage } from "../../core/words/usage.ts";
import { fromStoredJson, fromStoredText, toStoredText } from "../database/stored-text.ts";
import type { Tables, TurnContentTable, TurnTable } from "../database/tables.ts";

type ContentColumns = Pick<TurnContentTable, "state_hash" | "input" | "answer" | "transcript">;
type NullableColumns<Columns> = { [Name in keyof Columns]: Columns[Name] | null };
/** A turn with its content, or with nulls where the content is not kept. */
export type TurnRow = Selectable<TurnTable> & NullableColumns<ContentColumns>;

export function selectTurns(db: Kysely<Tables>) {
  return db
    .selectFrom("turns")
    .leftJoin("turn_contents as content", "content.turn_id", "turns.id")
    .selectAll("turns")
    .select(["content.state_hash", "content.input", "content.answer", "content.transcript"]);
}

/** Whether the turn's content is still kept. The input is written when a turn begins and deleted with the rest. */
export function hasContent(row: TurnRow): boolean {
  return row.input !== null;
}

export function toTurnRow(
  turn: NewTurn,
  conversationId: NewTurn["conversationId"],
  nodeId: NodeId | undefined,
): Insertable<TurnTable> {
  return {
    id: turn.id,
    conversation_id: conversationId,
    principal_id: turn.principalId,
    parent_turn_id: turn.parentTurnId ?? null,
    status: "running",
    placement: turn.placement,
    protocol: turn.protocol,
    profile: toStoredText(turn.profile),
    model: toStoredText(turn.model),
    started_at: turn.startedAt,
    node_id: nodeId ?? null,
  };
}

export function toOutcomeColumns(outcome: TurnOutcome): Partial<TurnTable> {
  return {
    status: outcome.status,
    error_kind: outcome.errorKind ?? null,
    input_tokens: outcome.usage.inputTokens,
    cache_read_tokens: outcome.usage.cacheReadTokens,
    cache_write_tokens: outcome.usage.cacheWriteTokens,
    output_tokens: outcome.usage.outputTokens,
    reasoning_tokens: outcome.usage.reasoningTokens,
    cost_usd: outcome.costUsd,
    first_token_at: outcome.firstTokenAt ?? null,
    ended_at: outcome.endedAt,
  };
}

export function fromTurnRow(row: TurnRow): StoredTurn {
  const usage = usageOf(row);
  return {
    id: row.id,
    conversationId: row.conversation_id,
    principalId: row.principal_id,
    ...(row.parent_turn_id !== null && { parentTurnId: row.parent_turn_id }),
    status: row.status,
    placement: row.placement,
    protocol: row.protocol,
    profile: fromStoredText(row.profile),
    model: fromStoredText(row.model),
    input: row.input === null ? [] : fromStoredJson(row.input),
    ...(row.state_hash !== null && { stateHash: row.state_hash }),
    ...(row.answer !== null && { answer: fromStoredJson(row.answer) }),
    ...(row.transcript !== null && { transcript: fromStoredJson(row.transcript) }),
    ...(row.error_kind !== null && { errorKind: row.error_kind }),
    ...(usage && { usage }),
    ...(row.cost_usd !== null && { costUsd: row.cost_usd }),
    startedAt: row.started_at,
    ...(row.first_token_at !== null && { firstTokenAt: row.first_token_at }),
    ...(row.ended_at !== null && { endedAt: row.ended_at }),
  };
}

function usageOf(row: TurnRow): Usage | undefined {
  if (row.input_tokens === null) return undefined;
  return {
    inputTokens: row.input_tokens,
    cacheReadTokens: row.cache_read_tokens ?? 0,
    cacheWriteTokens: row.cache_write_tokens ?? 0,
    outputTokens: row.output_tokens ?? 0,
    reasoningTokens: row.reasoning_tokens ?? 0,
  };
}
