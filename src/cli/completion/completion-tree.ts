import type { Argument, Command, Option } from "commander";

/** What may be typed behind a command, for the completion of shells. */
export interface CompletionNode {
  /** The words that lead to it, without the program's name. */
  readonly path: readonly string[];
  readonly commands: readonly CompletionWord[];
  readonly options: readonly CompletionOption[];
  /** What its arguments may be. */
  readonly argument: CompletionValue;
}

export interface CompletionWord {
  readonly name: string;
  readonly about: string;
}

export interface CompletionOption {
  /** Such as `--json`. */
  readonly long: string;
  /** Such as `-y`. */
  readonly short?: string;
  readonly about: string;
  readonly value: CompletionValue;
}

/** `nothing`: there is no value. `anything`: there is one, which nobody can guess. */
export type CompletionValue =
  | { readonly type: "nothing" | "anything" | "file" | "folder" }
  | { readonly type: "words"; readonly words: readonly string[] };

/** The program and each of its commands, from what commander knows of them. The default command's options count for the program. */
export function completionTree(program: Command, defaultCommand: string): readonly CompletionNode[] {
  const nodes = listNodes(program, []);
  const served = nodes.find(({ path }) => path.length === 1 && path[0] === defaultCommand);
  return nodes.map((node) =>
    node.path.length > 0
      ? node
      : { ...node, options: [...node.options, ...(served?.options.filter(isNotHelp) ?? [])] },
  );
}

/** How scripts tell commands apart: each word of the path behind a blank. */
export function commandOf(path: readonly string[]): string {
  return path.map((word) => ` ${word}`).join("");
}

function listNodes(command: Command, path: readonly string[]): readonly CompletionNode[] {
  const node: CompletionNode = {
    path,
    commands: command.commands.map((one) => ({ name: one.name(), about: firstClause(one.description()) })),
    options: [...command.options.filter(({ hidden }) => !hidden).flatMap(toOption), HELP],
    argument: valueOfArgument(command.registeredArguments[0]),
  };
  return [node, ...command.commands.flatMap((one) => listNodes(one, [...path, one.name()]))];
}

const HELP: CompletionOption = {
  long: "--help",
  short: "-h",
  about: "what it takes",
  value: { type: "nothing" },
};

function isNotHelp({ long }: CompletionOption): boolean {
  return long !== HELP.long;
}

function toOption(option: Option): readonly CompletionOption[] {
  const { long, short, description } = option;
  if (!long) return [];
  const value = option.required || option.optional ? valueOf(option.flags, option.argChoices) : undefined;
  return [
    {
      long,
      ...(short && { short }),
      about: firstClause(description),
      value: value ?? { type: "nothing" },
    },
  ];
}

function valueOfArgument(argument: Argument | undefined): CompletionValue {
  return argument ? valueOf(`<${argument.name()}>`, argument.argChoices) : { type: "nothing" };
}

function valueOf(flags: string, choices: readonly string[] | undefined): CompletionValue {
  if (choices) return { type: "words", words: choices };
  if (/[<[](file|path)/.test(flags)) return { type: "file" };
  return { type: /[<[]folder/.test(flags) ? "folder" : "anything" };
}

/** Short enough for a line of a menu. */
function firstClause(text: string): string {
  return text.split(/[.;:(]/)[0]?.trim() ?? "";
}
