import type { Terminal } from "./terminal.ts";

/** Shorter lines are easier to read. */
const MOST_COLUMNS = 80;

/** How wide text for a person is set: without a limit where a program reads the output. */
export function proseColumns({ isTerminal, columns }: Pick<Terminal, "isTerminal" | "columns">): number {
  return isTerminal ? Math.min(MOST_COLUMNS, columns) : Number.POSITIVE_INFINITY;
}
