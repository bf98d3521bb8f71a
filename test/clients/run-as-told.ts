import { quoteForShell } from "../../src/cli/quote-for-shell.ts";
import type { Program } from "./find-program.ts";
import { type ProgramEnd, type ProgramOptions, runProgram } from "./run-program.ts";

/**
 * Runs a program in a shell by the lines that `turnpike connect` says to start it with: those before the last set variables, and
 * the last one's flags stand before `args`.
 */
export function runAsTold(
  start: readonly string[],
  { command, args: own }: Program,
  args: readonly string[],
  options: ProgramOptions,
): Promise<ProgramEnd> {
  const flags = start.at(-1)?.replace(/^\S+/, "") ?? "";
  const program = [command, ...own].map(quoteForShell).join(" ");
  const line = `exec ${program}${flags} ${args.map(quoteForShell).join(" ")}`;
  return runProgram("/bin/sh", ["-c", ["set -eu", ...start.slice(0, -1), line].join("\n")], options);
}
