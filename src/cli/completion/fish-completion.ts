import { commandOf, type CompletionNode, type CompletionValue } from "./completion-tree.ts";

export function fishCompletion(nodes: readonly CompletionNode[]): readonly string[] {
  return [
    "# Completion of turnpike for fish",
    "complete -c turnpike -f",
    // Whether the words before the cursor lead to the command: the arguments are its path.
    "function __turnpike_at",
    "  set -l path",
    "  for word in (commandline -opc)[2..-1]",
    '    switch "$path $word"',
    ...nodes
      .filter(({ path }) => path.length > 0)
      .map(({ path }) => `      case ${quote(commandOf(path))}`)
      .flatMap((line) => [line, '        set path "$path $word"']),
    "    end",
    "  end",
    '  test "$path" = "$argv[1]"',
    "end",
    ...nodes.flatMap(linesFor),
  ];
}

function linesFor({ path, commands, options, argument }: CompletionNode): readonly string[] {
  const start = `complete -c turnpike -n ${quote(`__turnpike_at ${quote(commandOf(path))}`)}`;
  return [
    ...commands.map(({ name, about }) => `${start} -a ${quote(name)} -d ${quote(about)}`),
    ...(argument.type === "nothing" || argument.type === "anything" ? [] : [`${start} ${values(argument)}`]),
    ...options.map(({ long, short, about, value }) => {
      const names = `-l ${long.slice(2)}${short === undefined ? "" : ` -s ${short.slice(1)}`}`;
      // `-x`: a value, and no file.
      const how = value.type === "file" ? "-r" : "-x";
      const taken = value.type === "nothing" ? "" : ` ${how} ${values(value)}`;
      return `${start} ${names} -d ${quote(about)}${taken}`.trimEnd();
    }),
  ];
}

function values(value: CompletionValue): string {
  switch (value.type) {
    case "words":
      return `-a ${quote(value.words.join(" "))}`;
    case "file":
      return "-F";
    case "folder":
      return "-a '(__fish_complete_directories)'";
    case "nothing":
    case "anything":
      return "";
  }
}

function quote(text: string): string {
  return `'${text.replaceAll(/['\\]/g, String.raw`\$&`)}'`;
}
