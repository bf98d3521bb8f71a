import { quoteForShell } from "../quote-for-shell.ts";
import {
  commandOf,
  type CompletionNode,
  type CompletionOption,
  type CompletionValue,
} from "./completion-tree.ts";

/** A script for zsh, to be sourced after `compinit` or to lie as `_turnpike` in a folder of `fpath`. */
export function zshCompletion(nodes: readonly CompletionNode[]): readonly string[] {
  return [
    "#compdef turnpike",
    "_turnpike() {",
    '  local command="" word index',
    "  for ((index = 2; index < CURRENT; index++)); do",
    '    case "$command ${words[index]}" in',
    ...nodes
      .filter(({ path }) => path.length > 0)
      .map(
        ({ path }) => `      ${quoteForShell(commandOf(path))}) command=${quoteForShell(commandOf(path))} ;;`,
      ),
    "    esac",
    "  done",
    '  local previous="${words[CURRENT-1]}"',
    '  if [[ ${words[CURRENT]} == --*=* ]]; then previous="${words[CURRENT]%%=*}"; compset -P 1 "*="; fi',
    '  case "$command|$previous" in',
    ...nodes.flatMap(({ path, options }) => options.flatMap((option) => valueCase(path, option))),
    "  esac",
    "  local -a choices",
    '  case "$command" in',
    ...nodes.flatMap(({ path, commands, options, argument }) => [
      `    ${quoteForShell(commandOf(path))})`,
      "      if [[ ${words[CURRENT]} == -* ]]; then",
      `        choices=(${options.map(({ long, about }) => choice(long, about)).join(" ")})`,
      "        _describe option choices",
      "      else",
      `        choices=(${commands.map(({ name, about }) => choice(name, about)).join(" ")})`,
      "        (( $#choices )) && _describe command choices",
      `        ${complete(argument)}`,
      "      fi ;;",
    ]),
    "  esac",
    "}",
    "if [[ ${funcstack[1]} == _turnpike ]]; then _turnpike; else compdef _turnpike turnpike; fi",
  ];
}

function valueCase(path: readonly string[], { long, short, value }: CompletionOption): readonly string[] {
  if (value.type === "nothing") return [];
  const names = [long, ...(short === undefined ? [] : [short])];
  const patterns = names.map((name) => quoteForShell(`${commandOf(path)}|${name}`));
  return [`    ${patterns.join(" | ")}) ${complete(value)}; return ;;`];
}

function complete(value: CompletionValue): string {
  switch (value.type) {
    case "words":
      return `compadd -- ${value.words.map(quoteForShell).join(" ")}`;
    case "file":
      return "_files";
    case "folder":
      return "_files -/";
    case "nothing":
    case "anything":
      return ":";
  }
}

/** A colon parts a word from what is told about it. */
function choice(name: string, about: string): string {
  return quoteForShell(`${name.replaceAll(":", String.raw`\:`)}:${about}`);
}
