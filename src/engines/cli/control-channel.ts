import { randomUUID } from "node:crypto";

import { PushQueue } from "../../lib/push-queue.ts";
import { delay } from "../../lib/time.ts";
import type { ClaudeMessage } from "../claude/claude-messages.ts";
import type { ClaudeProcess } from "../process/claude-process.ts";
import { type Answer, type Frame, type Question, frameOf } from "./frames.ts";
import { LineSplitter } from "./line-splitter.ts";

/** Answers what Claude Code asks. A rejection tells Claude Code that there is no answer. */
export type Answerer = (question: Question, signal: AbortSignal) => Promise<unknown>;

/** Something else may hold the output of a process that has ended; what comes later than this is not Claude Code's. */
const OUTPUT_GRACE_MS = 1_000;

/**
 * The stream-json protocol over the pipes of one process: messages one after the other, and between them requests of both sides,
 * each answered under its own id, in any order.
 */
export class ControlChannel {
  readonly #claude: ClaudeProcess;
  readonly #answer: Answerer;
  readonly #lines = new LineSplitter();
  readonly #messages = new PushQueue<ClaudeMessage>();
  readonly #requests = new Map<string, (answer: Answer) => void>();
  readonly #questions = new Map<string, AbortController>();
  #isEnded = false;
  /** Why the output ended; undefined when the process ended as it should. */
  #failure: Error | undefined;

  constructor(claude: ClaudeProcess, answer: Answerer) {
    this.#claude = claude;
    this.#answer = answer;
    const { stdin, stdout } = claude.child;
    // A write to a process that has just ended; its exit says so anyway.
    stdin?.on("error", () => {});
    stdout?.on("data", (chunk: Buffer) => this.#read(chunk));
    void this.#watchEnd();
  }

  /** The next message, then `done` once the process has ended; rejects when it did not end by itself. One call at a time. */
  async next(): Promise<IteratorResult<ClaudeMessage, void>> {
    const received = await this.#messages.next();
    if (!received.done) return received;
    if (this.#failure) throw this.#failure;
    return { done: true, value: undefined };
  }

  /** Writes one message, or anything else that gets no answer. */
  write(message: object): void {
    const { stdin } = this.#claude.child;
    if (stdin?.writable) stdin.write(`${JSON.stringify(message)}\n`);
  }

  /** Rejects when Claude Code refuses the request or ends before it has answered. */
  async request(
    request: { readonly subtype: string } & Readonly<Record<string, unknown>>,
  ): Promise<Readonly<Record<string, unknown>>> {
    if (this.#isEnded) throw this.#failure ?? new Error("Claude Code has ended.");
    const id = randomUUID();
    const { promise, resolve } = Promise.withResolvers<Answer>();
    this.#requests.set(id, resolve);
    this.write({ type: "control_request", request_id: id, request });
    const answer = await promise;
    if (answer.type === "error") throw new Error(`${request.subtype}: ${answer.message}`);
    return answer.response;
  }

  endInput(): void {
    this.#claude.child.stdin?.end();
  }

  /** Nothing is read, asked or answered any more. */
  close(failure?: Error): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#failure = failure;
    this.endInput();
    const answer: Answer = { type: "error", message: failure?.message ?? "Claude Code has ended." };
    for (const settle of this.#requests.values()) settle(answer);
    this.#requests.clear();
    for (const question of this.#questions.values()) question.abort();
    this.#messages.end();
  }

  #read(chunk: Buffer): void {
    if (this.#isEnded) return;
    try {
      for (const line of this.#lines.take(chunk)) {
        const frame = frameOf(line);
        if (frame) this.#receive(frame);
      }
    } catch (error) {
      this.close(error instanceof Error ? error : new Error(String(error)));
      this.#claude.kill();
    }
  }

  #receive(frame: Frame): void {
    switch (frame.type) {
      case "message":
        this.#messages.push(frame.message);
        return;
      case "answer":
        this.#requests.get(frame.id)?.(frame.answer);
        this.#requests.delete(frame.id);
        return;
      case "question":
        void this.#reply(frame.id, frame.question);
        return;
      case "question-withdrawn":
        this.#questions.get(frame.id)?.abort();
    }
  }

  /** Never rejects. */
  async #reply(id: string, question: Question): Promise<void> {
    if (this.#questions.has(id)) return;
    const withdrawn = new AbortController();
    this.#questions.set(id, withdrawn);
    const said = await this.#answer(question, withdrawn.signal).then(
      (response) => ({ subtype: "success", response }),
      (error: unknown) => ({ subtype: "error", error: error instanceof Error ? error.message : "failed" }),
    );
    this.#questions.delete(id);
    if (!this.#isEnded) this.write({ type: "control_response", response: { ...said, request_id: id } });
  }

  /** The output is read to its end before the channel ends: what a process says last may be the reason. */
  async #watchEnd(): Promise<void> {
    const { child, exited, swept } = this.#claude;
    const { promise: outputEnded, resolve } = Promise.withResolvers<void>();
    if (child.stdout) child.stdout.once("close", resolve);
    else resolve();
    const { code, signal } = await exited;
    await Promise.race([outputEnded, swept.then(() => delay(OUTPUT_GRACE_MS))]);
    const isWell = code === 0;
    this.close(isWell ? undefined : new Error(`Claude Code ended with ${signal ?? `code ${code}`}.`));
  }
}
