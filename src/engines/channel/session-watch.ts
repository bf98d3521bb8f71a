import type { Clock } from "../../core/ports/clock.ts";
import type { Exchange } from "./exchange.ts";
import type { HookEvent } from "./hook-event.ts";

/** A person may interrupt a turn, and no hook tells of that: after this long without a sign it counts as over. */
const PERSON_SILENCE_MS = 60_000;

/**
 * Knows from the hooks whose turn it is. Many sessions may send their hooks here, and in the right one a person may work, too: only
 * what belongs to the prompt of an event is about that event.
 */
export class SessionWatch {
  readonly #clock: Clock;
  #session: string | undefined;
  #personPrompt: string | undefined;
  #personSeenAt = 0;
  #isHeard = false;
  #asksByHook = false;
  #memories = 0;

  constructor(session: string | undefined, clock: Clock) {
    this.#session = session;
    this.#clock = clock;
  }

  get isHeard(): boolean {
    return this.#isHeard;
  }

  /** Whether hooks ask about calls that need permission. */
  get asksByHook(): boolean {
    return this.#asksByHook;
  }

  /** Changes when Claude has forgotten what it was told. */
  get memory(): number {
    return this.#memories;
  }

  /** Whether a turn that a person began is still running, as far as the hooks have told. */
  get isPersonAtWork(): boolean {
    return this.#personPrompt !== undefined && this.#clock() - this.#personSeenAt < PERSON_SILENCE_MS;
  }

  /** Whether no hook has told of the end of the last turn that a person began, however long ago that was. */
  get hasPersonBegun(): boolean {
    return this.#personPrompt !== undefined;
  }

  isOfSession({ session }: Pick<HookEvent, "session">): boolean {
    return session === this.#session;
  }

  /** Learns from a hook. Returns whether it is about the event under way. */
  hear(hook: HookEvent, exchange: Exchange | undefined): boolean {
    if (hook.type === "prompt" && exchange && hook.text.includes(exchange.event.requestId)) {
      // Only our own session can know the id. Its name changes when the person clears it or resumes another one.
      this.#session = hook.session;
      this.#isHeard = true;
      exchange.prompt = hook.prompt;
      return true;
    }
    if (!this.isOfSession(hook)) return false;
    this.#isHeard = true;
    if (hook.type === "permission") this.#asksByHook = true;
    if (hook.type === "session-end") {
      this.#memories += 1;
      this.#session = undefined;
      this.#personPrompt = undefined;
      return false;
    }
    if (hook.type === "prompt") this.#personPrompt = hook.prompt;
    const isPersons = hook.prompt !== undefined && hook.prompt === this.#personPrompt;
    if (isPersons) this.#personSeenAt = this.#clock();
    if (isPersons && (hook.type === "stop" || hook.type === "stop-failure")) this.#personPrompt = undefined;
    if (hook.type === "prompt" || isPersons || !exchange || hook.prompt === undefined) return false;
    return hook.prompt === exchange.prompt;
  }
}
