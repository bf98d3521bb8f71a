import type { Generated } from "kysely";

import type { ApprovalRight, KeySettings } from "../../core/words/api-key.ts";
import type { ErrorKind } from "../../core/words/app-error.ts";
import type { FileChange } from "../../core/words/file-change.ts";
import type { ConversationId, NodeId, PrincipalId, TurnId, UserId } from "../../core/words/ids.ts";
import type { LinkPurpose, UserRole } from "../../core/words/user.ts";
import type { Message } from "../../core/words/message.ts";
import type { Metadata, WireObject } from "../../core/ports/completion-store.ts";
import type { TurnStatus } from "../../core/ports/conversation-store.ts";
import type { KeptResponse } from "../../core/ports/response-store.ts";
import type { TranscriptEntry } from "../../core/words/transcript.ts";
import type { Placement } from "../../core/words/turn-event.ts";
import type { StoredBytes } from "./stored-bytes.ts";
import type { StoredJson, StoredText } from "./stored-text.ts";

/** The columns as both databases return them. Times are milliseconds since the epoch. */
export interface Tables {
  conversations: ConversationTable;
  conversation_items: ConversationItemTable;
  turns: TurnTable;
  turn_contents: TurnContentTable;
  stored_completions: StoredCompletionTable;
  stored_completion_messages: StoredCompletionMessageTable;
  stored_completion_tags: StoredCompletionTagTable;
  deleted_completions: DeletedCompletionTable;
  files: FileTable;
  file_pieces: FilePieceTable;
  responses: ResponseTable;
  response_events: ResponseEventsTable;
  response_jobs: ResponseJobTable;
  nodes: NodeTable;
  turn_changes: TurnChangesTable;
  file_changes: FileChangeTable;
  api_keys: ApiKeyTable;
  api_key_secrets: ApiKeySecretTable;
  principal_usage: PrincipalUsageTable;
  users: UserTable;
  user_sessions: UserSessionTable;
  user_links: UserLinkTable;
  audit_log: AuditTable;
}

export interface ConversationTable {
  id: ConversationId;
  principal_id: PrincipalId;
  name: StoredText | null;
  profile: StoredText;
  model: StoredText;
  /** Null when empty or no longer kept. */
  system_text: StoredText | null;
  head_turn_id: TurnId | null;
  /** Kept even without content: it names the state that a live session may hold. */
  head_state_hash: string | null;
  /** 1 when its lineage contains calls of client tools. */
  uses_client_tools: Generated<number>;
  /** 1 when its client has sent a history. */
  sends_history: Generated<number>;
  /** Null when it has no items of its own. */
  metadata: StoredJson<Metadata> | null;
  created_at: number;
  updated_at: number;
}

/** Positions increase in the order of the conversation. */
export interface ConversationItemTable {
  conversation_id: ConversationId;
  position: number;
  id: StoredText;
  /** Null once the client has deleted it. */
  item: StoredJson<WireObject> | null;
  created_at: number;
}

export interface TurnTable {
  id: TurnId;
  conversation_id: ConversationId;
  principal_id: PrincipalId;
  parent_turn_id: TurnId | null;
  status: TurnStatus;
  placement: Placement;
  protocol: string;
  profile: StoredText;
  model: StoredText;
  error_kind: ErrorKind | null;
  /** The counts are null until the turn's end is recorded; then all of them are set. */
  input_tokens: number | null;
  cache_read_tokens: number | null;
  cache_write_tokens: number | null;
  output_tokens: number | null;
  reasoning_tokens: number | null;
  cost_usd: number | null;
  started_at: number;
  first_token_at: number | null;
  ended_at: number | null;
  /** The server that runs it, or did. */
  node_id: NodeId | null;
}

/**
 * The part of a turn that retention applies to, in its own table: forgetting it deletes a single row, and reading a lineage
 * does not load it. The state hash belongs here because a turn is looked up by it only to read its content.
 */
export interface TurnContentTable {
  turn_id: TurnId;
  principal_id: PrincipalId;
  state_hash: string | null;
  /** When the turn ended; null while it runs. */
  ended_at: number | null;
  input: StoredJson<readonly Message[]>;
  answer: StoredJson<Message> | null;
  transcript: StoredJson<readonly TranscriptEntry[]> | null;
}

export interface StoredCompletionTable {
  id: StoredText;
  principal_id: PrincipalId;
  model: StoredText;
  metadata: StoredJson<Metadata>;
  body: StoredJson<WireObject>;
  created_at: number;
}

/** One row for each message, so that reading a page of them does not load the others, which may contain megabytes of images. */
export interface StoredCompletionMessageTable {
  completion_id: StoredText;
  position: number;
  message: StoredJson<WireObject>;
}

/** One row for each metadata entry: a digest of its name and value, which fits into an index however long they are. */
export interface StoredCompletionTagTable {
  completion_id: StoredText;
  tag: string;
}

/** The position of a deleted completion, for a client that continues paging from it. */
export interface DeletedCompletionTable {
  id: StoredText;
  principal_id: PrincipalId;
  created_at: number;
  deleted_at: number;
}

export interface ResponseTable {
  id: StoredText;
  principal_id: PrincipalId;
  status: KeptResponse["status"];
  /** 0 or 1, like the other flags. */
  is_background: number;
  has_stream: number;
  previous_id: StoredText | null;
  body: StoredJson<WireObject>;
  input: StoredJson<readonly WireObject[]>;
  created_at: number;
  /** The server that creates it, or did; only that server may change it. */
  node_id: NodeId | null;
}

/** An unfinished background response, as it was requested. */
export interface ResponseJobTable {
  response_id: StoredText;
  principal_id: PrincipalId;
  node_id: NodeId | null;
  /** 1 once its turn may have had effects. */
  has_begun: Generated<number>;
  created_at: number;
  payload: StoredJson<WireObject>;
}

/** The servers that are assumed to be alive, and until when. */
export interface NodeTable {
  id: NodeId;
  expires_at: number;
}

/** All events of one stream, in order; written once, at its end. */
export interface ResponseEventsTable {
  response_id: StoredText;
  events: StoredJson<readonly WireObject[]>;
}

/** Columns that a finished upload fills in are null before that. */
export interface FileTable {
  id: string;
  principal_id: PrincipalId;
  filename: StoredText | null;
  purpose: StoredText | null;
  /** Null again while the file is being deleted. */
  byte_count: number | null;
  created_at: number;
  expires_at: number | null;
}

export interface FilePieceTable {
  file_id: string;
  position: number;
  bytes: Uint8Array;
}

/** One row for each turn that changed files and whose changes are still kept. */
export interface TurnChangesTable {
  turn_id: TurnId;
  principal_id: PrincipalId;
  folder: StoredText;
  /** 0 or 1. */
  is_complete: number;
  changed_at: number;
  undone_at: number | null;
}

export interface FileChangeTable {
  turn_id: TurnId;
  position: number;
  content_id: string | null;
  type: FileChange["type"];
  path: StoredText;
  previous_path: StoredText | null;
  diff: StoredText | null;
  mode_before: number | null;
  mode_after: number | null;
  before: StoredBytes | null;
  after: StoredBytes | null;
}

export interface ApiKeyTable {
  id: PrincipalId;
  /** Of its newest secret. */
  prefix: string;
  settings: StoredJson<KeySettings>;
  created_at: number;
  /** From then on it has no secrets. */
  revoked_at: number | null;
}

/** A key has several secrets while an earlier one stays valid for some time. */
export interface ApiKeySecretTable {
  hash: string;
  key_id: PrincipalId;
  /** Null: it is valid as long as the key. */
  ends_at: number | null;
}

/** What a principal with limits has used in a day (`2026-11-29`) or a month (`2026-11`) of UTC. */
export interface PrincipalUsageTable {
  principal_id: PrincipalId;
  period: string;
  tokens: number;
  /** In millionths of a US dollar. */
  cost_micros: number;
}

export interface UserTable {
  id: UserId;
  name: StoredText;
  /** What is unique of the name. */
  name_key: StoredText;
  role: UserRole;
  approve: ApprovalRight;
  /** Null until an invitation is accepted. */
  password_hash: string | null;
  created_at: number;
  signed_in_at: number | null;
  disabled_at: number | null;
}

export interface UserSessionTable {
  hash: string;
  user_id: UserId;
  created_at: number;
  used_at: number;
  expires_at: number;
}

export interface UserLinkTable {
  hash: string;
  purpose: LinkPurpose;
  /** Null: it makes the first user. */
  user_id: UserId | null;
  expires_at: number;
}

export interface AuditTable {
  id: string;
  at: number;
  principal_id: string;
  action: string;
  target: StoredText | null;
  before: StoredJson<object> | null;
  after: StoredJson<object> | null;
}
