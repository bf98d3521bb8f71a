import type { JsonObject } from "../words/client-tool.ts";
import { pathInWorkspace } from "../words/path-in-workspace.ts";

/** A line is for a glance; a command may be a whole script. */
const MAX_LINE_LENGTH = 200;

/** What says most of what a tool of Claude Code's is about to do. */
const TELLING_INPUT: Readonly<Record<string, string>> = {
  Bash: "command",
  Read: "file_path",
  Write: "file_path",
  Edit: "file_path",
  NotebookEdit: "notebook_path",
  Glob: "pattern",
  Grep: "pattern",
  WebSearch: "query",
  WebFetch: "url",
  Agent: "description",
  Task: "description",
  Skill: "skill",
};

/** A call in one line, such as `Bash: npm test`. Paths are shown relative to the workspace. */
export function describeActivity(name: string, input: JsonObject, workspace: string | undefined): string {
  const key = Object.hasOwn(TELLING_INPUT, name) ? (TELLING_INPUT[name] ?? "") : "";
  const telling = key === "" ? undefined : input[key];
  if (typeof telling !== "string") {
    return toLine(Object.keys(input).length > 0 ? `${name}: ${JSON.stringify(input)}` : name);
  }
  const about = key.endsWith("_path") ? pathInWorkspace(telling, workspace) : telling;
  return toLine(about === "" ? name : `${name}: ${about}`);
}

/** White space as single spaces, and cut where it would be too long. */
export function toLine(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  if (line.length <= MAX_LINE_LENGTH) return line;
  // Not between the halves of a surrogate pair.
  return `${line.slice(0, MAX_LINE_LENGTH - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
}
