import type { LogEntry } from "../core/ports/logger.ts";
import { type EventsLost, LossyFollower } from "../lib/lossy-follower.ts";

const MAX_LINES = 2_000;
const MAX_CHARACTERS = 2 * 1024 * 1024;

/** The latest lines of the log, in memory. It is an output of the log: it gets each line as the others do. */
export class RecentLines {
  #lines: { readonly entry: LogEntry; readonly length: number }[] = [];
  #characters = 0;
  #count = 0;
  readonly #followers = new Set<LossyFollower<LogEntry>>();

  write(line: string): void {
    // Proof for the cast: the log itself has written it.
    const { level, time, event, ...fields } = JSON.parse(line) as Omit<LogEntry, "number" | "fields">;
    const entry: LogEntry = { number: ++this.#count, level, time, event, fields };
    this.#lines.push({ entry, length: line.length });
    this.#characters += line.length;
    while (this.#lines.length > MAX_LINES || this.#characters > MAX_CHARACTERS) {
      this.#characters -= this.#lines.shift()?.length ?? 0;
    }
    for (const follower of this.#followers) follower.push(entry);
  }

  list(): readonly LogEntry[] {
    return this.#lines.map(({ entry }) => entry);
  }

  follow(signal: AbortSignal): AsyncIterable<LogEntry | EventsLost> {
    const leave = () => follower.end();
    const follower = new LossyFollower<LogEntry>([], 0, () => {
      this.#followers.delete(follower);
      signal.removeEventListener("abort", leave);
    });
    if (signal.aborted) follower.end();
    else {
      this.#followers.add(follower);
      signal.addEventListener("abort", leave, { once: true });
    }
    return follower;
  }
}
