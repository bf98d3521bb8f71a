import { existsSync } from "node:fs";
import { join } from "node:path";

/** A program of somebody else's that tests drive, and how it is called: its arguments go behind `args`. */
export interface Program {
  readonly command: string;
  readonly args: readonly string[];
}

/** Whether tests can have a program. No command installs one that is unavailable on this machine. */
export type ProgramSource =
  | { readonly type: "found"; readonly program: Program }
  | { readonly type: "missing"; readonly reason: string }
  | { readonly type: "unavailable"; readonly reason: string };

export type ProgramName = keyof typeof PROGRAMS;

interface ProgramPlace {
  /** As the package brings it: install scripts, which some need to put it elsewhere, are not run. */
  readonly file: string;
  readonly isScript: boolean;
  /** The only machines that it is installed on; undefined when it is on all. */
  readonly machine?: string;
}

const PROGRAMS = {
  opencode: {
    // The package `opencode-ai` only chooses among those of all machines, not all of which can be locked. This one runs on
    // every x64 processor.
    file: "opencode-linux-x64-baseline/bin/opencode",
    isScript: false,
    machine: "linux-x64",
  },
  continue: { file: "@continuedev/cli/dist/cn.js", isScript: true },
  codex: { file: "@openai/codex/bin/codex.js", isScript: true },
  // Its install script, which puts the program itself in this place, is not run.
  claude: { file: "@anthropic-ai/claude-code/cli-wrapper.cjs", isScript: true },
  // Its clipboard is published for one kind of machine only: `overrides` put that one where the others are named, so that
  // the lockfile is whole.
  qwen: { file: "@qwen-code/qwen-code/cli-entry.js", isScript: true },
  "server-filesystem": { file: "@modelcontextprotocol/server-filesystem/dist/index.js", isScript: true },
} as const satisfies Readonly<Record<string, ProgramPlace>>;

const FOLDER = join(import.meta.dirname, "programs", "node_modules");

export function findProgram(name: ProgramName, folder = FOLDER): ProgramSource {
  const { file, isScript, machine }: ProgramPlace = PROGRAMS[name];
  if (machine !== undefined && machine !== `${process.platform}-${process.arch}`) {
    return { type: "unavailable", reason: `it is installed on ${machine} only` };
  }
  const path = join(folder, file);
  if (!existsSync(path)) {
    return { type: "missing", reason: "`npm ci --prefix test/clients/programs` installs it" };
  }
  const program = isScript ? { command: process.execPath, args: [path] } : { command: path, args: [] };
  return { type: "found", program };
}
