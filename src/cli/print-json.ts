import type { Terminal } from "./terminal.ts";

/** For programs; control characters stay escaped as JSON has them. */
export function printJson(value: unknown, terminal: Pick<Terminal, "print">): void {
  terminal.print(...JSON.stringify(value, undefined, 2).split("\n"));
}
