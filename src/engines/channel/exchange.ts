import type { PermissionAnswer, PermissionQuestion } from "../../core/ports/turn-supervisor.ts";
import type { AppError } from "../../core/words/app-error.ts";
import { PushQueue } from "../../lib/push-queue.ts";
import type { OutgoingEvent } from "./event-transport.ts";

/** What comes back for an event. */
export type ExchangeEvent =
  | { readonly type: "text"; readonly text: string }
  /** Claude is at work on it. */
  | { readonly type: "progress" }
  | {
      readonly type: "ask";
      readonly question: PermissionQuestion;
      readonly signal: AbortSignal;
      readonly settle: (answer: PermissionAnswer) => void;
    }
  | { readonly type: "end" }
  | { readonly type: "failed"; readonly error: AppError };

/**
 * An event and what comes back for it. `waiting`: not sent yet. `open`: Claude has it. `answered`: the client has all, but Claude's
 * turn may not be over. `left`: nobody waits for the answer any more. `over`: the next event may be sent.
 */
export type ExchangeState = "waiting" | "open" | "answered" | "left" | "over";

export class Exchange {
  readonly event: OutgoingEvent;
  readonly events = new PushQueue<ExchangeEvent>();
  state: ExchangeState = "waiting";
  /** Claude Code's name for the prompt that the event has become, once a hook has told it. */
  prompt: string | undefined;
  /** Whether Claude has answered anything. */
  hasText = false;
  /** Questions that wait for their answer. */
  readonly #asks = new Set<(answer: PermissionAnswer) => void>();
  /** The lines of Claude's last message, as they were shown to the person. */
  #shown: { readonly messageId: string; text: string } | undefined;

  constructor(event: OutgoingEvent) {
    this.event = event;
  }

  /** Whether a client still waits for it. */
  get isWanted(): boolean {
    return this.state === "waiting" || this.state === "open";
  }

  say(text: string): void {
    if (text === "") return;
    this.hasText = true;
    this.events.push({ type: "text", text });
  }

  show(messageId: string, text: string): void {
    if (this.#shown?.messageId === messageId) this.#shown.text += text;
    else this.#shown = { messageId, text };
    if (this.isWanted) this.events.push({ type: "progress" });
  }

  get shown(): string {
    return this.#shown?.text ?? "";
  }

  /** Resolves as `cancelled` when the client gets its end first. */
  ask(question: PermissionQuestion, signal: AbortSignal): Promise<PermissionAnswer> {
    const { promise, resolve } = Promise.withResolvers<PermissionAnswer>();
    this.#asks.add(resolve);
    this.events.push({ type: "ask", question, signal, settle: resolve });
    return promise.finally(() => this.#asks.delete(resolve));
  }

  /** Ends what the client gets. */
  finish(event: Extract<ExchangeEvent, { readonly type: "end" | "failed" }>): void {
    for (const settle of this.#asks) settle({ outcome: "cancelled" });
    this.events.push(event);
    this.events.end();
  }
}
