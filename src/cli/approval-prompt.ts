import { describeOutcome } from "../core/approvals/describe-outcome.ts";
import { AppError } from "../core/words/app-error.ts";
import type { Approval, ApprovalDecision, ApprovalEvent, Approvals } from "../core/ports/approvals.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { PermissionOutcome } from "../core/words/turn-event.ts";
import { assertNever } from "../lib/assert-never.ts";
import { type Line, styled } from "../lib/styled-line.ts";
import { PushQueue } from "../lib/push-queue.ts";
import { schedule } from "../lib/time.ts";
import { formatApprovalPrompt, formatChoices } from "./format-approval-prompt.ts";
import type { Terminal } from "./terminal.ts";
import type { TypedLines } from "./typed-lines.ts";

/** The waiting calls, here or on another server. */
export interface PromptedApprovals extends Pick<Approvals, "list" | "watch"> {
  /** As `Approvals.decide`. */
  decide(...answer: Parameters<Approvals["decide"]>): PermissionOutcome | Promise<PermissionOutcome>;
}

export interface ApprovalPromptParts {
  readonly approvals: PromptedApprovals;
  readonly terminal: Pick<Terminal, "printError" | "readLines" | "ring" | "columns" | "rows">;
  readonly clock: Clock;
  /** Pause between two questions, so that text typed ahead does not answer the second. */
  readonly pauseMs?: number;
}

type Input =
  | ApprovalEvent
  | { readonly type: "line"; readonly text: string }
  | { readonly type: "lines-ended" }
  /** Time to check for a waiting approval. */
  | { readonly type: "next" };

const ANSWERS: ReadonlyMap<string, ApprovalDecision["type"]> = new Map([
  ["y", "allow"],
  ["yes", "allow"],
  ["n", "deny"],
  ["no", "deny"],
  ["a", "always"],
  ["always", "always"],
]);

/** A person who is typing when the question changes may not have seen the new one yet. */
const CHANGE_MS = 1500;

const PAUSE_MS = 300;

/** How often a server in the background checks whether it is in the foreground again. */
const RETRY_MS = 2000;

/**
 * Asks the person at the terminal about waiting calls, one at a time, until the signal aborts or the keyboard is closed. When a
 * question is answered elsewhere or no longer applies, the next one is shown. Never rejects because of the person's input.
 */
export async function promptApprovals(parts: ApprovalPromptParts, signal: AbortSignal): Promise<void> {
  const prompt = new ApprovalPrompt(parts, signal);
  await prompt.run();
}

class ApprovalPrompt {
  readonly #parts: ApprovalPromptParts;
  readonly #signal: AbortSignal;
  readonly #inputs = new PushQueue<Input>();
  /** The keyboard, held while there is a question. */
  #lines: TypedLines | undefined;
  #current: Approval | undefined;
  /** The current question, as it was shown. */
  #question: readonly Line[] = [];
  /** The part of the question that is still to be shown. */
  #rest: readonly Line[] = [];
  /** Approvals that could not be asked about because another program has the keyboard. */
  readonly #announced = new Set<string>();
  #pause: { cancel(): void } | undefined;
  /** Checks again whether the keyboard is free. */
  #retry: { cancel(): void } | undefined;
  /** When a question disappeared while the person might have been typing. */
  #changedAt = Number.NEGATIVE_INFINITY;

  constructor(parts: ApprovalPromptParts, signal: AbortSignal) {
    this.#parts = parts;
    this.#signal = signal;
  }

  async run(): Promise<void> {
    const events = this.#parts.approvals.watch(this.#signal);
    void this.#pump(events);
    this.#inputs.push({ type: "next" });
    try {
      for await (const input of this.#inputs) {
        if (this.#signal.aborted || !(await this.#handle(input))) return;
      }
    } finally {
      this.#pause?.cancel();
      this.#retry?.cancel();
      this.#lines?.close();
      this.#inputs.end();
    }
  }

  /** Returns false when nobody can answer any more. */
  async #handle(input: Input): Promise<boolean> {
    switch (input.type) {
      case "line":
        await this.#answer(input.text);
        return true;
      case "lines-ended":
        this.#say("The keyboard is closed: approvals are answered over the API from now on.");
        return false;
      case "approval-resolved":
        this.#forget(input);
        return true;
      case "approval-requested":
        if (!this.#current && !this.#pause) await this.#askNext();
        return true;
      case "next":
        this.#pause = undefined;
        if (!this.#current) await this.#askNext();
        return true;
      default:
        return assertNever(input);
    }
  }

  async #askNext(): Promise<void> {
    if (this.#parts.approvals.list().length === 0) {
      this.#lines?.close();
      this.#lines = undefined;
      return;
    }
    this.#lines ??= await this.#openLines();
    // It may have been answered elsewhere in the meantime.
    const waiting = this.#parts.approvals.list();
    const [approval] = waiting;
    if (!approval) return this.#soon();
    if (!this.#lines) return this.#announce(waiting);
    const { terminal, clock } = this.#parts;
    const facts = { behind: waiting.length - 1, now: clock(), terminal };
    const question = await formatApprovalPrompt(approval, facts);
    // Answered elsewhere while the question was being formatted.
    if (!this.#parts.approvals.list().includes(approval)) return this.#soon();
    this.#current = approval;
    this.#question = question;
    this.#rest = [];
    terminal.ring();
    terminal.printError(...question);
  }

  async #answer(text: string): Promise<void> {
    const approval = this.#current;
    // There is no question, or this is a second line of the previous answer.
    if (!approval) return;
    if (this.#parts.clock() - this.#changedAt < CHANGE_MS) {
      this.#say("The question has just changed, so this did not count. Please look and answer again.");
      this.#changedAt = Number.NEGATIVE_INFINITY;
      return;
    }
    const word = text.trim().toLowerCase();
    if (word === "s") return this.#showPage(this.#question);
    if (word === "" && this.#rest.length > 0) return this.#showPage(this.#rest);
    const type = ANSWERS.get(word);
    if (type === undefined || (type === "always" && approval.alwaysAllows.length === 0)) {
      const { terminal } = this.#parts;
      terminal.printError(...formatChoices(approval, terminal, this.#question.length > terminal.rows));
      return;
    }
    this.#current = undefined;
    try {
      const outcome = await this.#parts.approvals.decide(approval.id, { type }, "terminal");
      this.#say(`  ${approval.id}: ${describeOutcome(outcome)}.`);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      this.#say(`  ${error.message}`);
    }
    this.#soon();
  }

  /** Shows as much of the question as fits on the screen, with a line that says how to continue. */
  #showPage(lines: readonly Line[]): void {
    const { terminal } = this.#parts;
    const size = Math.max(1, terminal.rows - 2);
    this.#rest = lines.slice(size);
    terminal.printError(...lines.slice(0, size));
    const count = this.#rest.length;
    if (count > 0) terminal.printError(styled("yellow", `  ${count} more lines; Enter shows the next:`));
  }

  #forget({ approval, outcome, by }: Extract<ApprovalEvent, { type: "approval-resolved" }>): void {
    this.#announced.delete(approval.id);
    if (this.#current?.id !== approval.id) return;
    this.#current = undefined;
    this.#changedAt = this.#parts.clock();
    const what = by === undefined ? "is over" : "was answered elsewhere";
    this.#say(`  ${approval.id} ${what}: ${describeOutcome(outcome)}.`);
    this.#soon();
  }

  #soon(): void {
    this.#pause?.cancel();
    this.#pause = schedule(this.#parts.pauseMs ?? PAUSE_MS, () => this.#inputs.push({ type: "next" }));
  }

  #announce(waiting: readonly Approval[]): void {
    for (const { id } of waiting) {
      if (this.#announced.has(id)) continue;
      this.#announced.add(id);
      this.#say(`Approval ${id} waits. This server runs in the background: answer it over the API.`);
    }
    this.#retry?.cancel();
    this.#retry = schedule(RETRY_MS, () => this.#inputs.push({ type: "next" }));
  }

  async #openLines(): Promise<TypedLines | undefined> {
    const lines = await this.#parts.terminal.readLines();
    if (lines) void this.#pumpLines(lines);
    return lines;
  }

  async #pump(events: AsyncIterable<ApprovalEvent>): Promise<void> {
    for await (const event of events) this.#inputs.push(event);
    this.#inputs.end();
  }

  async #pumpLines(lines: TypedLines): Promise<void> {
    for await (const text of lines) this.#inputs.push({ type: "line", text });
    // Not when we closed it ourselves.
    if (this.#lines === lines) this.#inputs.push({ type: "lines-ended" });
  }

  #say(text: string): void {
    this.#parts.terminal.printError(text);
  }
}
