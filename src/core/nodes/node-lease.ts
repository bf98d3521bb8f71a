import type { Clock } from "../ports/clock.ts";
import type { Logger } from "../ports/logger.ts";
import type { NodePresence, Nodes } from "../ports/nodes.ts";
import type { NodeId } from "../words/ids.ts";
import { repeat } from "../../lib/time.ts";

/** More than one, so that a lease survives a renewal that fails or comes late. */
const RENEWALS_PER_LEASE = 3;

export interface NodeLeaseParts {
  readonly id: NodeId;
  readonly nodes: Nodes;
  readonly presence: NodePresence;
  /** How long a silent node still counts as alive, in milliseconds. */
  readonly leaseMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** This server's sign that it is alive, renewed as long as it is, and its watch over the other servers. */
export class NodeLease {
  readonly #parts: NodeLeaseParts;
  #timer: { cancel(): void } | undefined;
  #recover: (() => Promise<void>) | undefined;
  #expiresAt = Infinity;
  /** Before this time, no other node's lease is treated as expired. */
  #judgesFrom = 0;
  #round: Promise<void> | undefined;

  constructor(parts: NodeLeaseParts) {
    this.#parts = parts;
  }

  /** Takes the lease: from now on, everything that names this node belongs to it. */
  async take(): Promise<void> {
    await this.#renew();
    const { leaseMs } = this.#parts;
    this.#timer = repeat(leaseMs / RENEWALS_PER_LEASE, () => {
      // A slow round is not overtaken by the next one.
      this.#round ??= this.#renewAndRecover().finally(() => (this.#round = undefined));
    });
  }

  /** Looks for dead nodes now and with each renewal. `recover` fails or takes over what they left behind. */
  async watch(recover: () => Promise<void>): Promise<void> {
    this.#recover = recover;
    await this.#endDeadNodes();
    await recover();
  }

  /** Gives the lease back: from now on, everything that this node has not finished is free for the others. */
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
    // The machine slept or the database was unreachable, perhaps for the others too: give them time to show that they are alive.
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
