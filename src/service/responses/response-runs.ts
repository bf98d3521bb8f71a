import type { PrincipalId } from "../../core/words/ids.ts";
import type { Clock } from "../../core/ports/clock.ts";
import { type LiveResponse, SERVER_STOPPED } from "./live-response.ts";
import { RecentChains } from "./recent-chains.ts";

/**
 * The stored responses whose turns are running, or whose end is not in the store yet. Each leaves when it is; so there are hardly
 * more of them than turns that the server runs or queues.
 */
export class ResponseRuns {
  readonly #live = new Map<string, LiveResponse>();
  /** What was said in the chains of the responses that ended last. */
  readonly recent: RecentChains;

  constructor(clock: Clock = Date.now) {
    this.recent = new RecentChains(clock);
  }

  /** The response can be found from now on, until `over`. */
  add(response: LiveResponse, over: Promise<void>): void {
    this.#live.set(response.id, response);
    void over.then(() => this.#live.delete(response.id));
  }

  find(principalId: PrincipalId, id: string): LiveResponse | undefined {
    const response = this.#live.get(id);
    return response?.principalId === principalId ? response : undefined;
  }

  /** Fails all responses that are still running and waits until they are stored. */
  async close(): Promise<void> {
    await Promise.all(Array.from(this.#live.values(), (response) => response.fail(SERVER_STOPPED)));
  }
}
