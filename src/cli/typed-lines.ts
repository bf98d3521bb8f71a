import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

import { PushQueue } from "../lib/push-queue.ts";
import { delay } from "../lib/time.ts";

/** Lines as the person types them. */
export interface TypedLines extends AsyncIterable<string> {
  /** Leaves the keyboard to others. */
  close(): void;
}

/** For what was typed before anybody asked to arrive and be dropped. */
const SETTLE_MS = 50;

/**
 * Reads the terminal from now on; what was typed earlier does not count. Undefined when the keyboard belongs to another
 * program: reading it then would stop this process. Ctrl-C goes on to be a signal.
 */
export async function readTypedLines(): Promise<TypedLines | undefined> {
  const { stdin } = process;
  if (stdin.destroyed || stdin.readableEnded || isInBackground()) return undefined;
  const lines = new PushQueue<string>();
  const reader = createInterface({ input: stdin, terminal: false });
  let isSettled = false;
  reader.on("line", (line) => {
    if (isSettled) lines.push(line);
  });
  // A terminal that goes away must not take the server with it.
  const onError = () => reader.close();
  stdin.on("error", onError);
  reader.on("close", () => {
    stdin.off("error", onError);
    lines.end();
  });
  await delay(SETTLE_MS);
  isSettled = true;
  return Object.assign(lines, { close: () => reader.close() });
}

/** Of the platforms with job control only Linux tells without asking another program; elsewhere: no. */
function isInBackground(): boolean {
  if (process.platform !== "linux") return false;
  try {
    const stat = readFileSync("/proc/self/stat", "utf8");
    // The name in brackets may hold anything; after it come state, parent, group, session, terminal, its foreground group.
    const [, , group, , , foreground] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return foreground !== "-1" && group !== foreground;
  } catch {
    return false;
  }
}
