import { styled } from "../lib/styled-line.ts";
import type { Terminal } from "./terminal.ts";

/** Asks the person at the terminal; Enter is yes. False when there is nobody. */
export async function confirm(question: string, terminal: Terminal): Promise<boolean> {
  if (!terminal.isInteractive) return false;
  const lines = await terminal.readLines();
  if (!lines) return false;
  try {
    terminal.printError([styled("bold", question), " [Y/n, then Enter]"]);
    const answer = await lines[Symbol.asyncIterator]().next();
    return !answer.done && /^\s*(y(es)?)?\s*$/i.test(answer.value);
  } finally {
    lines.close();
  }
}
