import type { JsonObject } from "../words/client-tool.ts";
import type { PrincipalId } from "../words/ids.ts";

/** A response that is kept, with what it was asked. Bodies, items and events are JSON of the protocol; nobody here reads them. */
export interface KeptResponse {
  readonly id: string;
  readonly principalId: PrincipalId;
  readonly status: "queued" | "in_progress" | "completed" | "incomplete" | "failed" | "cancelled";
  readonly isBackground: boolean;
  /** It was asked for as a stream, whose events can be read again. */
  readonly hasStream?: true;
  /** The response that it goes on from. */
  readonly previousId?: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** The response object as it is now; `output` holds its items. */
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
 * Responses and the events of their streams. Everything is scoped by principal. With a retention that keeps nothing the store
 * is not enabled and keeps nothing.
 */
export interface ResponseStore {
  readonly isEnabled: boolean;
  createResponse(response: KeptResponse): Promise<void>;
  /**
   * Replaces status and body; adds the events of its stream. Its job, if it has one, goes with its end. Does nothing when the
   * response was deleted, or when it is another server's by now.
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
  /** The response and all that it goes on from, the first one first; undefined when one of them is missing. */
  loadChain(principalId: PrincipalId, id: string): Promise<readonly KeptResponse[] | undefined>;
  /** The events of a response that has ended, in order; undefined when there is no such response or it had no stream. */
  loadEvents(principalId: PrincipalId, id: string): Promise<readonly JsonObject[] | undefined>;
  deleteResponse(principalId: PrincipalId, id: string): Promise<boolean>;
  /**
   * Ended by the death of their server, whose lease has ended (`nodes`): those queued or in progress, but for those that have a
   * job which has not begun. For each, `change` gives its new body and last event.
   */
  failUnfinished(
    change: (response: KeptResponse) => { readonly body: JsonObject; readonly event: JsonObject },
  ): Promise<number>;
  purgeContent(olderThan: number): Promise<void>;
}
