import type { JsonObject } from "../words/client-tool.ts";
import type { PrincipalId } from "../words/ids.ts";

/** A kept response with its input. Bodies, items and events are the protocol's JSON; nothing here interprets them. */
export interface KeptResponse {
  readonly id: string;
  readonly principalId: PrincipalId;
  readonly status: "queued" | "in_progress" | "completed" | "incomplete" | "failed" | "cancelled";
  readonly isBackground: boolean;
  /** It was requested as a stream, whose events can be read again. */
  readonly hasStream?: true;
  /** The response that it continues. */
  readonly previousId?: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** The current response object; `output` contains its items. */
  readonly body: JsonObject;
  /** The new input of its request, each item with its `id`. */
  readonly input: readonly JsonObject[];
}

export interface ItemPage {
  readonly limit: number;
  readonly order: "asc" | "desc";
  /** The id of the item before the page. */
  readonly after?: string;
}

/**
 * Responses and the events of their streams. Everything is scoped by principal. If retention keeps nothing, the store is
 * disabled and stores nothing.
 */
export interface ResponseStore {
  readonly isEnabled: boolean;
  createResponse(response: KeptResponse): Promise<void>;
  /**
   * Replaces status and body, and adds the events of its stream. When the response has ended, its job is deleted. Does nothing
   * when the response was deleted, or belongs to another server by now.
   */
  updateResponse(
    id: string,
    change: {
      readonly status: KeptResponse["status"];
      readonly body: JsonObject;
      readonly events?: readonly JsonObject[];
    },
  ): Promise<void>;
  findResponse(principalId: PrincipalId, id: string): Promise<KeptResponse | undefined>;
  /** The response and all responses that it continues, the first one first; undefined when one of them is missing. */
  loadChain(principalId: PrincipalId, id: string): Promise<readonly KeptResponse[] | undefined>;
  /** The events of a response that has ended, in order; undefined when there is no such response or it had no stream. */
  loadEvents(principalId: PrincipalId, id: string): Promise<readonly JsonObject[] | undefined>;
  deleteResponse(principalId: PrincipalId, id: string): Promise<boolean>;
  /**
   * Fails the unfinished responses (queued or in progress) of servers whose lease has ended (see `nodes`), except those with a
   * job that has not begun. For each, `change` gives its new body and last event.
   */
  failUnfinished(
    change: (response: KeptResponse) => { readonly body: JsonObject; readonly event: JsonObject },
  ): Promise<number>;
  purgeContent(olderThan: number): Promise<void>;
}
