import type { JsonObject } from "../words/client-tool.ts";
import type { PrincipalId } from "../words/ids.ts";

/** Work that outlives the request that asked for it, as plain JSON: whoever runs it prepares it from this. */
export interface Job {
  /** That of the response that it makes. */
  readonly id: string;
  readonly principalId: PrincipalId;
  /** What was asked, and by whom; nobody here reads it. */
  readonly payload: JsonObject;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

/**
 * The jobs that have not ended. Each is held by a node, as long as its lease lives (`nodes`). One that has not begun is taken up
 * by another node when that lease has ended; one that has begun never is, since its turn may have changed the world. A job goes
 * with its response: when that has ended or is deleted.
 */
export interface JobQueue {
  /** Adds a job of a response that is stored; this node holds it. */
  add(job: Job): Promise<void>;
  /**
   * Marks it as begun; to be waited for before anything is done for it. False when this node no longer holds it, or it was
   * withdrawn or has begun: then it must not be run.
   */
  begin(id: string): Promise<boolean>;
  /** Takes so many that have not begun and whose node's lease has ended, the oldest first: this node holds them now. */
  claim(limit: number): Promise<readonly Job[]>;
  /** Removes a job that has not begun, whoever holds it: nobody will run it. This node is to end its response. */
  withdraw(id: string): Promise<boolean>;
}
