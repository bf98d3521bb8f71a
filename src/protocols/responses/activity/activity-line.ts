import type { JsonObject } from "../../../core/words/client-tool.ts";
import { textOr } from "../read-object.ts";

const MAX_LENGTH = 200;

/** Describes in one line what one of Claude Code's tools does; only for tools without an item in OpenAI's API. */
export function describeInOneLine(
  name: string,
  input: JsonObject,
  showPath: (path: string) => string,
): string {
  const line = describe(name, (key) => textOr(input[key], ""), showPath)
    .replace(/\s+/g, " ")
    .trim();
  return line.length > MAX_LENGTH ? `${line.slice(0, MAX_LENGTH - 1)}…` : line;
}

function describe(name: string, field: (key: string) => string, showPath: (path: string) => string): string {
  switch (name) {
    case "Read":
      return `Read ${showPath(field("file_path"))}`;
    case "Glob":
      return `Looked for files: ${field("pattern")}`;
    case "Grep":
      return `Searched for: ${field("pattern")}`;
    case "Agent":
    case "Task":
      return `Sub-agent: ${field("description") || field("prompt")}`;
    case "Skill":
      return `Used the skill ${field("skill") || field("command")}`;
    case "TodoWrite":
    case "TaskCreate":
    case "TaskUpdate":
      return "Updated the list of tasks";
    case "compaction":
      return "Summarised the conversation so far";
    default:
      return `Used the tool ${name}`;
  }
}
