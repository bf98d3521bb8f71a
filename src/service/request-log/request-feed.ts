import type { RequestEntry } from "../../core/words/request-entry.ts";
import type { TurnRun } from "../../core/words/turn-run.ts";
import { type EventsLost, LossyFollower } from "../../lib/lossy-follower.ts";

/** What happens on this server, as its operator sees it: turns as they come and go, requests as they end. */
export type FeedEvent =
  | { readonly type: "turn-queued" | "turn-started" | "turn-ended"; readonly run: TurnRun }
  | { readonly type: "request-ended"; readonly entry: RequestEntry };

/** Ids count up; a reader gives the last one that it has to go on from there. */
export interface NumberedEvent {
  readonly id: string;
  readonly event: FeedEvent;
}

/** So many are kept for a reader that comes back. */
const KEPT = 1_000;

/** Tells any number of readers what happens, without waiting for any of them. */
export class RequestFeed {
  /** Tells the ids of one run of the server from those of others. */
  readonly #run: string;
  #kept: NumberedEvent[] = [];
  #count = 0;
  readonly #followers = new Set<LossyFollower<NumberedEvent>>();

  constructor(run: string) {
    this.#run = run;
  }

  push(event: FeedEvent): void {
    this.#count += 1;
    const numbered = { id: `${this.#run}-${this.#count}`, event };
    this.#kept.push(numbered);
    // A good part at once: to move the rest takes time.
    if (this.#kept.length > 2 * KEPT) this.#kept = this.#kept.slice(-KEPT);
    for (const follower of this.#followers) follower.push(numbered);
  }

  /**
   * What comes from now on, until the signal aborts; what came after the event `after` first. If that is no longer known, how many
   * are missing.
   */
  follow(after: string | undefined, signal: AbortSignal): AsyncIterable<NumberedEvent | EventsLost> {
    const leave = () => follower.end();
    const { events, lost } = this.#since(after);
    const follower = new LossyFollower<NumberedEvent>(events, lost, () => {
      this.#followers.delete(follower);
      signal.removeEventListener("abort", leave);
    });
    this.#followers.add(follower);
    if (signal.aborted) leave();
    else signal.addEventListener("abort", leave, { once: true });
    return follower;
  }

  #since(after: string | undefined): { readonly events: readonly NumberedEvent[]; readonly lost: number } {
    if (after === undefined) return { events: [], lost: 0 };
    const number = after.startsWith(`${this.#run}-`) ? Number(after.slice(this.#run.length + 1)) : Number.NaN;
    const isKnown = Number.isInteger(number) && number >= 0 && number <= this.#count;
    // Of another run of the server: what there was after it nobody knows, but something may be missing.
    if (!isKnown) return { events: this.#kept, lost: Math.max(1, this.#count - this.#kept.length) };
    const events = this.#kept.slice(Math.max(0, this.#kept.length - (this.#count - number)));
    return { events, lost: this.#count - number - events.length };
  }
}
