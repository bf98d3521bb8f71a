import type { ShellWord, SimpleCommand } from "./parse-shell-line.ts";
import { GUARDED_COMMANDS, type GuardedCommand, WRAPPERS } from "./guarded-commands.ts";

/** A command of a shell line that reads files. */
export interface Reading {
  readonly name: string;
  readonly command: GuardedCommand;
  readonly args: readonly ShellWord[];
  readonly inputs: readonly ShellWord[];
  /** The command as it stands in the line. */
  readonly source: SimpleCommand;
}

/** Undefined for a program that is none of those, unless it gets files as input. */
export function toReading(source: SimpleCommand): Reading | undefined {
  const { words, inputs } = source;
  const first = words.findIndex(({ text }) => !/^\w+\+?=/.test(text));
  const assigned = words.slice(0, Math.max(first, 0));
  let rest = first === -1 ? [] : words.slice(first);
  if (WRAPPERS.has(rest[0]?.text ?? "")) {
    const wrapped = rest.findIndex(({ text }) => GUARDED_COMMANDS.has(text));
    rest = wrapped === -1 ? [] : rest.slice(wrapped);
  }
  const name = rest[0]?.text ?? "";
  const command = GUARDED_COMMANDS.get(name);
  if (!command)
    return inputs.length > 0 ? { name, command: { prints: true }, args: [], inputs, source } : undefined;
  return { name, command, args: [...assigned, ...rest.slice(1)], inputs, source };
}

/** The words that may name what the command reads. */
export function mayBePaths({
  command,
  args,
  inputs,
}: Pick<Reading, "command" | "args" | "inputs">): readonly ShellWord[] {
  const files = withoutPattern(args, command).filter(({ glob }) => !command.prints || glob !== undefined);
  return [...inputs, ...files];
}

/** The arguments without the pattern that is searched for. */
function withoutPattern(args: readonly ShellWord[], { pattern }: GuardedCommand): readonly ShellWord[] {
  if (!pattern || args.some(({ text }) => pattern.unless.test(text))) return args;
  const end = args.findIndex(({ text }) => text === "--");
  const first = args.findIndex(({ text }, index) => (end !== -1 && index > end) || !text.startsWith("-"));
  return args.filter((_, index) => index !== first);
}
