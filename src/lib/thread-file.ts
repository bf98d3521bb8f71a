/** The file that a thread runs: beside the one that starts it, unbuilt or built as that one is. */
export function threadFile(name: string, startedBy: string): URL {
  return new URL(`./${name}${startedBy.endsWith(".ts") ? ".ts" : ".js"}`, startedBy);
}
