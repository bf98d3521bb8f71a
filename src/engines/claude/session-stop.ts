import { delay } from "../../lib/time.ts";
import type { ClaudeProcess } from "../process/claude-process.ts";
import type { ClaudeConnection } from "./claude-connection.ts";
import type { ClaudeMessage } from "./claude-messages.ts";
import type { MessageReader } from "./message-reader.ts";

/** How long an interrupted turn may take to stop its tools. */
const INTERRUPT_GRACE_MS = 5_000;
/** How long a cancelled turn without tools may take to tell its cost. It normally takes a few milliseconds. */
const SETTLING_MS = 100;
/** How long an idle process may take to exit after its input has ended. */
const EXIT_GRACE_MS = 1_000;

/** Stops the work of one Claude Code process, and the process itself, gently at first. */
export class SessionStop {
  readonly #connection: ClaudeConnection;
  readonly #process: ClaudeProcess;
  readonly #reader: MessageReader;
  /** Whether one of Claude Code's own tools is running. */
  readonly #isToolRunning: () => boolean;

  constructor(
    parts: { readonly connection: ClaudeConnection; readonly process: ClaudeProcess },
    reader: MessageReader,
    isToolRunning: () => boolean,
  ) {
    this.#connection = parts.connection;
    this.#process = parts.process;
    this.#reader = reader;
    this.#isToolRunning = isToolRunning;
  }

  interrupt(): void {
    const { isRunning, valve } = this.#process;
    if (!isRunning) return;
    if (valve.isShut && !this.#isToolRunning()) {
      // The process has a backlog and would work it off before it hears of an interrupt.
      this.#process.kill();
      return;
    }
    valve.release();
    // Rejects when the process dies first, which is the aim anyway.
    this.#connection.interrupt().catch(() => {});
  }

  /** After a limit Claude Code continues by itself, and an interrupt between two requests has no effect. */
  preventContinuation(): void {
    // While a tool runs, Claude Code has to wait, and an interrupt stops the tool too.
    if (!this.#isToolRunning()) this.#process.kill();
  }

  /**
   * Waits until the interrupted turn has ended: by then its tools have stopped, so the workspace does not change any more.
   * `onMessage` receives what the process still says, such as the turn's cost.
   */
  settle(onMessage: (message: ClaudeMessage) => void): Promise<void> {
    return this.#drain(this.#isToolRunning() ? INTERRUPT_GRACE_MS : SETTLING_MS, onMessage);
  }

  /** Ends the process, whatever it is doing. Resolves when the process is gone. */
  async shutDown(exited: Promise<unknown>): Promise<void> {
    if (this.#process.isRunning && this.#reader.isResultDue) {
      this.interrupt();
      await this.#drain(INTERRUPT_GRACE_MS, () => {});
    }
    this.#connection.endInput();
    this.#process.valve.release();
    await Promise.race([exited, delay(EXIT_GRACE_MS)]);
    this.#connection.close();
    await this.#process.terminate();
  }

  #drain(limitMs: number, onMessage: (message: ClaudeMessage) => void): Promise<void> {
    return this.#reader.drain(limitMs, (message) => {
      onMessage(message);
      // An interrupt that overtook its own message is lost, so it is sent again when the request goes out.
      if (message.type === "system" && message.subtype === "status" && message.status === "requesting") {
        this.interrupt();
      }
    });
  }
}
