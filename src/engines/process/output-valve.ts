import type { ChildProcess } from "node:child_process";

import { schedule } from "../../lib/time.ts";

/** Bytes that may be under way between the process and its reader before the process has to wait. */
const MAX_OUTSTANDING_BYTES = 256 * 1024;
/** A reader that pauses for less than this is only slow. */
const STOP_AFTER_MS = 250;

/**
 * Back-pressure on a Claude Code process. The SDK reads a process's output without limit into its own queue, and Claude Code
 * itself goes on reading from the model when nobody takes its output. So when too much is under way the valve first stops
 * reading the pipe, then stops the process (SIGSTOP), until the reader has caught up: the model's connection then fills and
 * the model waits too.
 */
export class OutputValve {
  readonly #child: ChildProcess;
  #outstandingBytes = 0;
  #isReaderWaiting = false;
  #isReleased = false;
  #stop: { cancel(): void } | undefined;
  #isShut = false;
  #isStopped = false;

  constructor(child: ChildProcess) {
    this.#child = child;
    child.stdout?.on("data", (chunk: Buffer) => {
      this.#outstandingBytes += chunk.length;
      if (this.isFull && !this.#mustStayOpen) this.#shut();
    });
  }

  get isShut(): boolean {
    return this.#isShut;
  }

  /** The process itself has been stopped. */
  get isStopped(): boolean {
    return this.#isStopped;
  }

  /** More is under way than should be, unless the reader has taken it by now. */
  get isFull(): boolean {
    return this.#outstandingBytes > MAX_OUTSTANDING_BYTES;
  }

  /** The reader has taken everything: let the process go on. */
  open(): void {
    this.#outstandingBytes = 0;
    if (!this.#isShut) return;
    this.#isShut = false;
    this.#stop?.cancel();
    if (this.#isStopped) this.#signal("SIGCONT");
    this.#isStopped = false;
    this.#child.stdout?.resume();
  }

  /** The reader waits for a message. It may be longer than the limit, so the valve stays open until it is there. */
  beginWait(): void {
    this.#isReaderWaiting = true;
  }

  endWait(): void {
    this.#isReaderWaiting = false;
  }

  /** From now on the reader takes whatever comes. */
  release(): void {
    this.#isReleased = true;
    this.open();
  }

  get #mustStayOpen(): boolean {
    return this.#isShut || this.#isReaderWaiting || this.#isReleased;
  }

  #shut(): void {
    this.#isShut = true;
    this.#child.stdout?.pause();
    if (process.platform === "win32") return;
    this.#stop = schedule(STOP_AFTER_MS, () => {
      this.#isStopped = this.#signal("SIGSTOP");
    });
  }

  /**
   * Not by the child's own `kill`: that marks it as killed whatever the signal, and the SDK then refuses to write to it.
   * False when the process is gone.
   */
  #signal(signal: "SIGSTOP" | "SIGCONT"): boolean {
    const { pid, exitCode, signalCode } = this.#child;
    if (pid === undefined || exitCode !== null || signalCode !== null) return false;
    try {
      return process.kill(pid, signal);
    } catch {
      // ESRCH: it ended between the look and the signal.
      return false;
    }
  }
}
