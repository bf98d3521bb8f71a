import type { JsonObject } from "../words/client-tool.ts";
import type { PrincipalId } from "../words/ids.ts";

/** Work that outlives the request that asked for it, as plain JSON: whoever runs it prepares it from this. */
export interface Job {
  /** The id of the response that it creates. */
  readonly id: string;
  readonly principalId: PrincipalId;
  /** The request and its sender; nothing here interprets it. */
  readonly payload: JsonObject;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

/**
 * The unfinished jobs. Each is held by a node as long as the node's lease lasts (see `nodes`). When that lease has ended,
 * another node may claim a job that has not begun; never one that has, since its turn may have had effects. A job is deleted
 * with its response, or when the response has ended.
 */
export interface JobQueue {
  /** Adds a job for a stored response; this node holds it. */
  add(job: Job): Promise<void>;
  /**
   * Marks it as begun; must be awaited before anything is done for it. False when this node no longer holds it, or it was
   * withdrawn or has already begun: then it must not be run.
   */
  begin(id: string): Promise<boolean>;
  /**
   * Claims up to `limit` jobs that have not begun and whose node's lease has ended, the oldest first: from now on this node
   * holds them.
   */
  claim(limit: number): Promise<readonly Job[]>;
  /**
   * Removes a job that has not begun, whichever node holds it, so that nobody will run it. This node must then end its
   * response.
   */
  withdraw(id: string): Promise<boolean>;
}
