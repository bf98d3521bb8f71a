import type { ChildProcess } from "node:child_process";

import { schedule } from "../../lib/time.ts";

/** How many bytes may be unread between the process and its reader before the process has to wait. */
const MAX_OUTSTANDING_BYTES = 256 * 1024;
/** A reader that pauses for less than this is just slow. */
const STOP_AFTER_MS = 250;

/**
 * Back-pressure on a Claude Code process. The SDK reads a process's output into its own queue without limit, and Claude Code
 * itself continues to read from the model when nobody takes its output. So when too much is unread, the valve first stops
 * reading the pipe, then stops the process (SIGSTOP), until the reader has caught up: the model's connection then fills up and
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

  /** Whether the process itself has been stopped. */
  get isStopped(): boolean {
    return this.#isStopped;
  }

  /** Whether more is unread than should be, unless the reader has taken it by now. */
  get isFull(): boolean {
    return this.#outstandingBytes > MAX_OUTSTANDING_BYTES;
  }

  /** Called when the reader has taken everything: lets the process continue. */
  open(): void {
    this.#outstandingBytes = 0;
    if (!this.#isShut) return;
    this.#isShut = false;
    this.#stop?.cancel();
    if (this.#isStopped) this.#signal("SIGCONT");
    this.#isStopped = false;
    this.#child.stdout?.resume();
  }

  /**
   * Called when the reader waits for a message. The message may be longer than the limit, so the valve stays open until it has
   * arrived.
   */
  beginWait(): void {
    this.#isReaderWaiting = true;
  }

  endWait(): void {
    this.#isReaderWaiting = false;
  }

  /** From now on the reader takes everything as it comes. */
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
   * Does not use the child's own `kill`: that marks it as killed whatever the signal, and the SDK then refuses to write to it.
   * Returns false when the process has ended.
   */
  #signal(signal: "SIGSTOP" | "SIGCONT"): boolean {
    const { pid, exitCode, signalCode } = this.#child;
    if (pid === undefined || exitCode !== null || signalCode !== null) return false;
    try {
      return process.kill(pid, signal);
    } catch {
      // ESRCH: it ended between the check and the signal.
      return false;
    }
  }
}
