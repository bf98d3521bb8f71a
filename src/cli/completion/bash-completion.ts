import { quoteForShell } from "../quote-for-shell.ts";
import { commandOf, type CompletionNode, type CompletionValue } from "./completion-tree.ts";

/** A script for bash, 3.2 and later; `--flag value` and `--flag=value` are both completed. */
export function bashCompletion(nodes: readonly CompletionNode[]): readonly string[] {
  return [
    "# Completion of turnpike for bash",
    "_turnpike() {",
    '  local current="${COMP_WORDS[COMP_CWORD]}" previous="${COMP_WORDS[COMP_CWORD-1]}" command="" word index',
    // Bash takes the equals sign for a word.
    '  if [[ $current == "=" ]]; then current=""; elif [[ $previous == "=" ]]; then previous="${COMP_WORDS[COMP_CWORD-2]}"; fi',
    "  for ((index = 1; index < COMP_CWORD; index++)); do",
    '    word="${COMP_WORDS[index]}"',
    '    case "$command $word" in',
    ...nodes
      .filter(({ path }) => path.length > 0)
      .map(
        ({ path }) => `      ${quoteForShell(commandOf(path))}) command=${quoteForShell(commandOf(path))} ;;`,
      ),
    "    esac",
    "  done",
    "  COMPREPLY=()",
    '  case "$command|$previous" in',
    ...nodes.flatMap((node) =>
      node.options.flatMap(({ long, short, value }) => {
        if (value.type === "nothing") return [];
        const names = [long, ...(short === undefined ? [] : [short])];
        const patterns = names.map((name) => quoteForShell(`${commandOf(node.path)}|${name}`));
        return [`    ${patterns.join(" | ")}) ${completeValue(value)}return ;;`];
      }),
    ),
    "  esac",
    '  case "$command" in',
    ...nodes.flatMap((node) => {
      const words = [
        ...node.commands.map(({ name }) => name),
        ...(node.argument.type === "words" ? node.argument.words : []),
      ];
      const options = node.options.map(({ long }) => long);
      const paths = node.argument.type === "words" ? "" : completeValue(node.argument);
      return [
        `    ${quoteForShell(commandOf(node.path))})`,
        `      if [[ $current == -* ]]; then ${completeValue({ type: "words", words: options })}`,
        `      else ${completeValue({ type: "words", words })}${paths}fi ;;`,
      ];
    }),
    "  esac",
    "}",
    "complete -F _turnpike turnpike",
  ];
}

/** Ends in a semicolon and a blank, unless it does nothing. */
function completeValue(value: CompletionValue): string {
  switch (value.type) {
    case "words":
      return `COMPREPLY=($(compgen -W ${quoteForShell(value.words.join(" "))} -- "$current")); `;
    case "file":
      return `${AS_PATHS}COMPREPLY=($(compgen -f -- "$current")); `;
    case "folder":
      return `${AS_PATHS}COMPREPLY=($(compgen -d -- "$current")); `;
    case "nothing":
    case "anything":
      return "";
  }
}

/** Bash 3.2 has no `compopt`. */
const AS_PATHS = "compopt -o filenames 2>/dev/null; local IFS=$'\\n'; ";
