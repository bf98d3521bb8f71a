import type { Command } from "commander";

import type { CommandContext } from "../command-context.ts";

/**
 * Adds commands to the program. What they take, their `usage` and their `description` make the help page; the exit code of the
 * one that runs goes to `onResult`.
 */
export type AddCommands = (
  program: Command,
  context: CommandContext,
  onResult: (exitCode: number) => void,
) => void;
