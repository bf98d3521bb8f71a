import { formatKeyRows } from "./banner.ts";
import type { CommandContext } from "./command-context.ts";
import { areNewKeys, type KeyNotices } from "./running-server.ts";

/**
 * New keys that nobody has seen yet. There is no second time to show them: what is left of them is told when the command is over, or its
 * process exits, however that comes about.
 */
export class UnshownKeys implements Disposable {
  readonly #context: Pick<CommandContext, "terminal" | "events">;
  #keys: KeyNotices | undefined;

  constructor(context: Pick<CommandContext, "terminal" | "events">) {
    this.#context = context;
    context.events.on("exit", this.#tell);
  }

  /** Nothing where none is new. */
  hold(keys: KeyNotices): void {
    if (areNewKeys(keys)) this.#keys = keys;
  }

  /** The person has seen them. */
  markShown(): void {
    this.#keys = undefined;
  }

  [Symbol.dispose](): void {
    this.#tell();
    this.#context.events.off("exit", this.#tell);
  }

  readonly #tell = () => {
    if (!this.#keys) return;
    const { terminal } = this.#context;
    const columns = terminal.isTerminal ? terminal.columns : Number.POSITIVE_INFINITY;
    terminal.printError(...formatKeyRows({ ...this.#keys, asksHere: false, columns }));
    this.#keys = undefined;
  };
}
