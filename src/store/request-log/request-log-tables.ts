import type { ErrorKind } from "../../core/words/app-error.ts";
import type { ConversationId, PrincipalId, TurnId } from "../../core/words/ids.ts";
import type { UsedTool } from "../../core/words/request-entry.ts";
import type { Placement } from "../../core/words/turn-event.ts";
import type { StoredJson, StoredText } from "../database/stored-text.ts";
import type { FirstTokenColumn } from "./first-token-columns.ts";

/** The request log's columns as both databases return them. */
export interface RequestLogTables {
  requests: RequestTable;
  request_contents: RequestContentTable;
  request_tools: RequestToolTable;
  request_sums: RequestSumTable;
  request_places: RequestPlaceTable;
  request_totals: CountColumns;
  request_conversations: RequestConversationTable;
}

interface UseColumns {
  input_tokens: number;
  cache_read_tokens: number;
  cache_write_tokens: number;
  output_tokens: number;
  reasoning_tokens: number;
  cost_usd: number;
}

export interface RequestTable extends UseColumns {
  id: string;
  started_at: number;
  duration_ms: number;
  route: StoredText;
  status: number;
  error: ErrorKind | null;
  principal_id: PrincipalId | null;
  client: StoredText | null;
  protocol: string | null;
  profile: StoredText | null;
  model_id: StoredText | null;
  model: StoredText | null;
  conversation_id: ConversationId | null;
  conversation_name: StoredText | null;
  turn_id: TurnId | null;
  turn_count: number;
  placement: Placement | null;
  queue_ms: number | null;
  process_ms: number | null;
  first_token_ms: number | null;
}

/** In its own table, so that pages do not load it. */
export interface RequestContentTable {
  request_id: string;
  prompt: StoredText;
  answer: StoredText;
}

/** Likewise; only of requests with tools. */
export interface RequestToolTable {
  request_id: string;
  tools: StoredJson<readonly UsedTool[]>;
}

interface CountColumns extends UseColumns {
  /** Seconds. */
  period: number;
  /** Milliseconds since the epoch. */
  begins_at: number;
  principal_id: PrincipalId | "";
  requests: number;
  /** Those with an error. */
  failures: number;
  turns: number;
  duration_ms: number;
  queue_ms: number;
}

export interface RequestSumTable extends CountColumns {
  model: StoredText;
  profile: StoredText;
  protocol: string;
  error: ErrorKind | "";
  status: number;
}

/** Where turns ran, and how soon they had their first token. */
export interface RequestPlaceTable extends CountColumns, Record<FirstTokenColumn, number> {
  placement: Placement | "";
}

/** What conversations have used, by hours and days; without their names, which are what clients wrote. */
export interface RequestConversationTable extends CountColumns {
  conversation_id: ConversationId;
}
