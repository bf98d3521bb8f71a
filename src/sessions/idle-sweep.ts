import type { Clock } from "../core/ports/clock.ts";
import { readProcessMemory } from "../lib/process-memory.ts";
import { repeat } from "../lib/time.ts";
import type { KeptConversations } from "./kept-conversations.ts";
import type { PooledSession } from "./session-shelf.ts";
import type { SpareShelf } from "./spare-shelf.ts";
import type { Worker } from "./worker-shelf.ts";

/** A process that the pool may end when it is idle. */
export type Pooled = PooledSession | Worker;

interface IdleSweepParts {
  readonly limits: { readonly sessionIdleMs: number; readonly maxMemoryBytes: number };
  readonly clock: Clock;
  /** All of them. */
  processes(): readonly Pooled[];
  /** The idle ones, the one that is idle for longest first. */
  idle(): readonly Pooled[];
  readonly kept: KeptConversations;
  readonly spares: SpareShelf;
  end(pooled: Pooled, why: "idle" | "memory"): Promise<void>;
}

/** How often idle times and memory are checked; more often when sessions may idle for less than this. */
const SWEEP_INTERVAL_MS = 5_000;
const MIN_SWEEP_INTERVAL_MS = 100;

/** Ends what has been idle for too long and, while too much memory is in use, what was used least recently. */
export class IdleSweep {
  readonly #parts: IdleSweepParts;
  readonly #repeated: { cancel(): void };
  #memoryBytes: number | undefined;

  constructor(parts: IdleSweepParts) {
    this.#parts = parts;
    const { sessionIdleMs } = parts.limits;
    const everyMs = Math.min(SWEEP_INTERVAL_MS, Math.max(MIN_SWEEP_INTERVAL_MS, sessionIdleMs));
    this.#repeated = repeat(everyMs, () => void this.run());
  }

  /** Of all processes together, when it was last measured. */
  get memoryBytes(): number | undefined {
    return this.#memoryBytes;
  }

  async run(): Promise<void> {
    const { limits, clock, kept, spares, end } = this.#parts;
    const deadline = clock() - limits.sessionIdleMs;
    for (const pooled of this.#parts.idle()) if (pooled.idleSince <= deadline) void end(pooled, "idle");
    kept.sweep();
    spares.dropStandbys(deadline);

    const sizes = new Map<Pooled, number>();
    for (const pooled of this.#parts.processes()) sizes.set(pooled, await memoryOf(pooled.session.processId));
    const spareSizes = await Promise.all(spares.processIds.map(memoryOf));
    let total = [...sizes.values(), ...spareSizes].reduce((sum, size) => sum + size, 0);
    this.#memoryBytes = total;
    // The last of them ends with this sweep, so it counts until the next one.
    if (total > limits.maxMemoryBytes) spares.dropStandbys(clock());
    for (const pooled of this.#parts.idle()) {
      if (total <= limits.maxMemoryBytes) return;
      total -= sizes.get(pooled) ?? 0;
      void end(pooled, "memory");
    }
  }

  cancel(): void {
    this.#repeated.cancel();
  }
}

async function memoryOf(processId: number | undefined): Promise<number> {
  return processId === undefined ? 0 : ((await readProcessMemory(processId)) ?? 0);
}
