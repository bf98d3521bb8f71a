import { CommanderError } from "commander";

import { ConfigError } from "../config/config-error.ts";
import { describeMachine } from "../config/sources/machine.ts";
import { readProcessEnvironment } from "../config/sources/process-environment.ts";
import { saysDiskIsFull } from "../lib/says-disk-is-full.ts";
import { ENGINE_NAMES } from "../compose/engine-names.ts";
import type { CommandContext } from "./command-context.ts";
import { EXIT_CODES } from "./daemon/exit-codes.ts";
import { isRefusal, tellRefusal } from "./refusal.ts";
import { JsonErrors } from "./json-errors.ts";
import { createProgram } from "./program.ts";
import { openTerminal } from "./terminal.ts";

/** Runs the program `turnpike` with its arguments (without `node` and the script). Resolves with the exit code. */
export async function runTurnpike(args: readonly string[]): Promise<number> {
  const environment = readProcessEnvironment();
  const terminal = openTerminal(environment);
  let isServing = false;
  const exitCode = await runProgram(args, {
    terminal,
    environment,
    machine: describeMachine(),
    engines: ENGINE_NAMES,
    events: process,
    clock: Date.now,
    launch: { command: [process.execPath, ...process.execArgv, process.argv[1] ?? ""], args },
    // Loaded only for serving, so that help and config answer at once.
    startServer: async (...given) => {
      isServing = true;
      return (await import("../main.ts")).startServer(...given);
    },
    openDoctorTools: async (...given) =>
      (await import("../compose/open-doctor-tools.ts")).openDoctorTools(...given),
    openChannel: async (...given) => {
      isServing = true;
      return (await import("../compose/open-channel.ts")).openChannel(...given);
    },
  });
  // What a server prints is not what it is for.
  const fault = isServing ? undefined : await terminal.whyLost();
  if (!fault) return exitCode;
  const reason = saysDiskIsFull(fault) ? "the disk is full" : fault.message;
  terminal.printError(`Not all of the output could be written: ${reason}.`);
  return exitCode || 1;
}

/** Like `runTurnpike`, with everything from outside passed in. */
export async function runProgram(args: readonly string[], context: CommandContext): Promise<number> {
  if (!args.includes("--json")) return (await runCommand(args, context)).exitCode;
  const errors = new JsonErrors(context.terminal);
  const { exitCode, code } = await runCommand(args, { ...context, terminal: errors.terminal });
  errors.end(exitCode, code);
  return exitCode;
}

interface Outcome {
  readonly exitCode: number;
  /** What kind of failure it was, for programs. */
  readonly code?: string;
}

async function runCommand(args: readonly string[], given: CommandContext): Promise<Outcome> {
  let exitCode = 0;
  let noted: string | undefined;
  const context: CommandContext = { ...given, noteFailure: (code) => void (noted = code) };
  const program = createProgram(context, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(args[0] === "-V" ? ["--version"] : [...args], { from: "user" });
    const code = CODES[exitCode] ?? noted;
    return { exitCode, ...(code !== undefined && { code }) };
  } catch (error) {
    // Commander has already printed what is wrong with the command line, or the requested help.
    if (error instanceof CommanderError) return { exitCode: error.exitCode, code: "usage" };
    if (isRefusal(error)) {
      exitCode = tellRefusal(error, context);
      return { exitCode, ...(noted !== undefined && { code: noted }) };
    }
    if (!(error instanceof ConfigError)) throw error;
    for (const problem of error.problems) context.terminal.printError(problem);
    return { exitCode: 1, code: "settings" };
  }
}

/** By the exit codes that say more than that it failed. */
const CODES: Readonly<Record<number, string>> = {
  [EXIT_CODES.none]: "not_running",
  [EXIT_CODES.silent]: "not_answering",
};
