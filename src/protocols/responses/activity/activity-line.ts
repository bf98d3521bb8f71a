import type { Work } from "../../../core/words/work.ts";

const MAX_LENGTH = 200;

/** What Claude does by itself, in words; only for what has no item of OpenAI's. */
export function describeInOneLine(
  name: string,
  work: Work | undefined,
  showPath: (path: string) => string,
): string {
  const line = describe(name, work, showPath).replace(/\s+/g, " ").trim();
  return line.length > MAX_LENGTH ? `${line.slice(0, MAX_LENGTH - 1)}…` : line;
}

function describe(name: string, work: Work | undefined, showPath: (path: string) => string): string {
  switch (work?.type) {
    case "file-read":
      return `Read ${showPath(work.about ?? "")}`;
    case "file-search":
      return `Looked for files: ${work.about ?? ""}`;
    case "text-search":
      return `Searched for: ${work.about ?? ""}`;
    case "sub-agent":
      return `Sub-agent: ${work.about ?? ""}`;
    case "skill":
      return `Used the skill ${work.about ?? ""}`;
    case "task-list":
      return "Updated the list of tasks";
    case "compaction":
      return "Summarised the conversation so far";
    default:
      return `Used the tool ${name}`;
  }
}
