import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

import { PushQueue } from "../lib/push-queue.ts";
import { Semaphore } from "../lib/semaphore.ts";
import { delay } from "../lib/time.ts";

/** Lines as the person types them. */
export interface TypedLines extends AsyncIterable<string> {
  /** Releases the keyboard. */
  close(): void;
}

/** Time for input typed before the question to arrive and be dropped. */
const SETTLE_MS = 50;

/** One reader of this program's at a time. */
const keyboard = new Semaphore(1);
const NEVER = new AbortController().signal;

/**
 * Reads the terminal from now on and ignores earlier input. Waits until whoever reads it now has closed its lines: two readers
 * would both get each line, and the first one to close would stop the input for both. Undefined when the keyboard belongs to
 * another program: reading it then would stop this process. Ctrl-C still raises its signal.
 */
export async function readTypedLines(): Promise<TypedLines | undefined> {
  const release = await keyboard.acquire(NEVER);
  const { stdin } = process;
  if (stdin.destroyed || stdin.readableEnded || isInBackground()) {
    release();
    return undefined;
  }
  const lines = new PushQueue<string>();
  const reader = createInterface({ input: stdin, terminal: false });
  let isSettled = false;
  reader.on("line", (line) => {
    if (isSettled) lines.push(line);
  });
  // A terminal that disappears must not take the server down with it.
  const onError = () => reader.close();
  stdin.on("error", onError);
  reader.on("close", () => {
    stdin.off("error", onError);
    lines.end();
    release();
  });
  await delay(SETTLE_MS);
  isSettled = true;
  return Object.assign(lines, { close: () => reader.close() });
}

/** Of the platforms with job control, only Linux tells without running another program; elsewhere the answer is no. */
function isInBackground(): boolean {
  if (process.platform !== "linux") return false;
  try {
    const stat = readFileSync("/proc/self/stat", "utf8");
    // The name in parentheses may contain anything; after it come state, parent, group, session, terminal and the terminal's
    // foreground group.
    const [, , group, , , foreground] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return foreground !== "-1" && group !== foreground;
  } catch {
    return false;
  }
}
