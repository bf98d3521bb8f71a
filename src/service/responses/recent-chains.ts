import type { PrincipalId } from "../../core/words/ids.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { WireItem } from "../../protocols/responses/responses-request.ts";

const MAX_CHAINS = 64;
const MAX_CHARACTERS = 16 * 1024 * 1024;
/** Another server on the same database may have deleted what is remembered here. */
const MAX_AGE_MS = 10 * 60 * 1000;

interface RecentChain {
  readonly items: readonly WireItem[];
  readonly characterCount: number;
  readonly at: number;
}

/**
 * The items of the chains that were continued last, so that the next response need not read and decode the whole chain again.
 * Bounded by number, size and age; the least recently used chain is forgotten first.
 */
export class RecentChains {
  readonly #clock: Clock;
  readonly #chains = new Map<string, RecentChain>();
  #characterCount = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Everything said up to and including this response's output. */
  find(principalId: PrincipalId, id: string): readonly WireItem[] | undefined {
    const key = keyOf(principalId, id);
    const chain = this.#chains.get(key);
    if (!chain) return undefined;
    this.#forget(key);
    if (this.#clock() - chain.at > MAX_AGE_MS) return undefined;
    this.#add(key, chain);
    return chain.items;
  }

  /** `history` is what the response continued from, `added` its own input and output. */
  remember(
    principalId: PrincipalId,
    id: string,
    chain: { readonly history: readonly WireItem[]; readonly added: readonly WireItem[] },
  ): void {
    const items = [...chain.history, ...chain.added];
    const key = keyOf(principalId, id);
    this.#forget(key);
    this.#add(key, { items, characterCount: JSON.stringify(items).length, at: this.#clock() });
    for (const oldest of this.#chains.keys()) {
      if (this.#chains.size <= MAX_CHAINS && this.#characterCount <= MAX_CHARACTERS) break;
      this.#forget(oldest);
    }
  }

  /** Called when a response is deleted, and with it every chain that goes through it. */
  clear(): void {
    this.#chains.clear();
    this.#characterCount = 0;
  }

  #add(key: string, chain: RecentChain): void {
    this.#chains.set(key, chain);
    this.#characterCount += chain.characterCount;
  }

  #forget(key: string): void {
    this.#characterCount -= this.#chains.get(key)?.characterCount ?? 0;
    this.#chains.delete(key);
  }
}

function keyOf(principalId: PrincipalId, id: string): string {
  return JSON.stringify([principalId, id]);
}
