/** The file that a thread runs: it lies beside the file that starts the thread, and is built or unbuilt like it. */
export function threadFile(name: string, startedBy: string): URL {
  return new URL(`./${name}${startedBy.endsWith(".ts") ? ".ts" : ".js"}`, startedBy);
}
