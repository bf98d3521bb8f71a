import type { PrincipalId } from "../words/ids.ts";

/** A JSON object as it was on the wire. Core keeps it for the client and never looks inside. */
export type WireObject = Readonly<Record<string, unknown>>;

/** Names and values that the client attached. */
export type Metadata = Readonly<Record<string, string>>;

/** An answer that its client asked to keep until the client deletes it. */
export interface StoredCompletion {
  /** The id that the client knows; it has 96 random bits, so it never collides with another principal's. */
  readonly id: string;
  readonly principalId: PrincipalId;
  /** The model id that the client knows. */
  readonly model: string;
  readonly metadata: Metadata;
  /** The whole answer as it was sent or, after a stream, as it would have been sent. */
  readonly body: WireObject;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

/** One message of the request, with its position, counted from 0. */
export interface StoredMessage {
  readonly position: number;
  readonly message: WireObject;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly hasMore: boolean;
}

export interface PageRequest<Cursor> {
  readonly limit: number;
  /** By age; `asc` means the oldest first. */
  readonly order: "asc" | "desc";
  /** The last item of the previous page. */
  readonly after?: Cursor;
}

export interface CompletionQuery extends PageRequest<string> {
  readonly model?: string;
  /** Only completions that have all of these names with these values. */
  readonly metadata?: Metadata;
}

/**
 * Answers that clients asked to keep. Everything is scoped by principal: no method returns or touches what another one owns.
 * All of it is content: it is deleted when the retention period is over, and never written when nothing is to be kept.
 */
export interface CompletionStore {
  /** False when retention keeps no content: nothing is stored, nothing is found. */
  readonly isEnabled: boolean;

  /** Keeps an answer with the request's messages; both or, when it throws, neither. */
  saveCompletion(completion: StoredCompletion, messages: readonly WireObject[]): Promise<void>;
  findCompletion(principalId: PrincipalId, id: string): Promise<StoredCompletion | undefined>;
  /**
   * One page. `after` may have been deleted within the last hour, so that a client can delete completions while paging through
   * them. Undefined when `after` is unknown.
   */
  listCompletions(
    principalId: PrincipalId,
    query: CompletionQuery,
  ): Promise<Page<StoredCompletion> | undefined>;
  /** One page of the request's messages. Undefined when there is no such completion. */
  listMessages(
    principalId: PrincipalId,
    id: string,
    page: PageRequest<number>,
  ): Promise<Page<StoredMessage> | undefined>;
  /** Replaces the metadata. Undefined when there is no such completion. */
  updateMetadata(
    principalId: PrincipalId,
    id: string,
    metadata: Metadata,
  ): Promise<StoredCompletion | undefined>;
  /** Deletes an answer and its messages. False when there is none. */
  deleteCompletion(principalId: PrincipalId, id: string, deletedAt: number): Promise<boolean>;
}
