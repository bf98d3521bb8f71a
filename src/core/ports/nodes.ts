import type { NodeId } from "../words/ids.ts";

/**
 * The servers that share one database. Running turns and responses name their node and belong to it until its lease ends: only
 * then may others fail them or take them over. Times are read from each node's own clock; the clocks must differ by much less
 * than a lease.
 */
export interface Nodes {
  /** Registers the node until this time (milliseconds since the epoch), or extends its lease. */
  renew(id: NodeId, until: number): Promise<void>;
  /** Ends the node's lease: anyone may then take over what names it. */
  remove(id: NodeId): Promise<void>;
  /** Ends the leases that ran out before this time. Returns how many. */
  removeExpired(now: number): Promise<number>;
}

/** What the machine knows about its own nodes, for callers that need not wait for a lease to expire. */
export interface NodePresence {
  /** Nodes that have ended without saying so. Never includes one that may still be alive. */
  findGone(): readonly NodeId[];
  /** Called when nothing names this node any more. */
  forget(id: NodeId): void;
  /** Called when this node itself ends. */
  close(): void;
}
