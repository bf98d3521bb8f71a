import type { NodeId } from "../words/ids.ts";

/**
 * The servers that share one database. Turns and responses that run name their node, and are its own until its lease ends:
 * only then may others fail them or take them up. Times are by each node's own clock; what these differ by must be small beside
 * a lease.
 */
export interface Nodes {
  /** Makes the node known until this time (milliseconds since the epoch), or for longer when it is known. */
  renew(id: NodeId, until: number): Promise<void>;
  /** Ends the node's lease: what names it is anybody's. */
  remove(id: NodeId): Promise<void>;
  /** Ends the leases that ran out before this time. Returns how many. */
  removeExpired(now: number): Promise<number>;
}

/** What the machine knows of the nodes that it runs, for who need not wait for a lease to run out. */
export interface NodePresence {
  /** Those that have ended without a word. Never one that may still live. */
  findGone(): readonly NodeId[];
  /** Nothing names this one any more. */
  forget(id: NodeId): void;
  /** The node itself ends. */
  close(): void;
}
