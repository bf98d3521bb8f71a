import type { Clock } from "../ports/clock.ts";
import type { Logger } from "../ports/logger.ts";
import type { NodePresence, Nodes } from "../ports/nodes.ts";
import type { NodeId } from "../words/ids.ts";
import { repeat } from "../../lib/time.ts";

/** A lease survives a renewal that fails or comes late. */
const RENEWALS_PER_LEASE = 3;

export interface NodeLeaseParts {
  readonly id: NodeId;
  readonly nodes: Nodes;
  readonly presence: NodePresence;
  /** How long a node that says nothing is left alone; milliseconds. */
  readonly leaseMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** This server's word that it lives, renewed as long as it does, and its eye on the others. */
export class NodeLease {
  readonly #parts: NodeLeaseParts;
  #timer: { cancel(): void } | undefined;
  #recover: (() => Promise<void>) | undefined;
  #expiresAt = Infinity;
  /** Others are not judged before this time. */
  #judgesFrom = 0;
  #round: Promise<void> | undefined;

  constructor(parts: NodeLeaseParts) {
    this.#parts = parts;
  }

  /** From now on what names this node is its own. */
  async take(): Promise<void> {
    await this.#renew();
    const { leaseMs } = this.#parts;
    this.#timer = repeat(leaseMs / RENEWALS_PER_LEASE, () => {
      // One that takes long is not overtaken by the next.
      this.#round ??= this.#renewAndRecover().finally(() => (this.#round = undefined));
    });
  }

  /** Looks for what dead nodes left behind, now and with each renewal. `recover` fails it or takes it up. */
  async watch(recover: () => Promise<void>): Promise<void> {
    this.#recover = recover;
    await this.#endDeadNodes();
    await recover();
  }

  /** Gives the lease back: all that this node has not ended is free from now on. */
  async close(): Promise<void> {
    this.#timer?.cancel();
    await this.#round;
    const { nodes, presence, id } = this.#parts;
    await nodes.remove(id);
    presence.close();
  }

  async #renewAndRecover(): Promise<void> {
    try {
      await this.#renew();
      if (!this.#recover) return;
      await this.#endDeadNodes();
      await this.#recover();
    } catch (error) {
      this.#parts.logger.error("node.lease-failed", { error });
    }
  }

  async #renew(): Promise<void> {
    const { nodes, id, leaseMs, clock } = this.#parts;
    const now = clock();
    // The machine slept, or the database was away, and so it was perhaps for the others: they get the time to say that they live.
    if (now >= this.#expiresAt) this.#judgesFrom = now + leaseMs;
    await nodes.renew(id, now + leaseMs);
    this.#expiresAt = now + leaseMs;
  }

  async #endDeadNodes(): Promise<void> {
    const { nodes, presence, clock } = this.#parts;
    for (const id of presence.findGone()) {
      await nodes.remove(id);
      presence.forget(id);
    }
    const now = clock();
    if (now >= this.#judgesFrom) await nodes.removeExpired(now);
  }
}
