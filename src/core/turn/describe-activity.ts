import type { JsonObject } from "../words/client-tool.ts";
import { pathInWorkspace } from "../words/path-in-workspace.ts";
import type { Work } from "../words/work.ts";

/** A line is for a glance; a command may be a whole script. */
const MAX_LINE_LENGTH = 200;

interface DescribedCall {
  readonly name: string;
  readonly input: JsonObject;
  readonly work?: Work | undefined;
}

/** A call in one line, such as `Bash: npm test`. Paths are shown relative to the workspace. */
export function describeActivity(
  { name, input, work }: DescribedCall,
  workspace: string | undefined,
): string {
  const told = work && "about" in work ? work.about : undefined;
  if (told === undefined) {
    return toLine(Object.keys(input).length > 0 ? `${name}: ${JSON.stringify(input)}` : name);
  }
  const isPath = work?.type === "file-read" || work?.type === "file-edit";
  const about = isPath ? pathInWorkspace(told, workspace) : told;
  return toLine(about === "" ? name : `${name}: ${about}`);
}

/** Collapses white space into single spaces and cuts a line that is too long. */
export function toLine(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  if (line.length <= MAX_LINE_LENGTH) return line;
  // Never cut between the halves of a surrogate pair.
  return `${line.slice(0, MAX_LINE_LENGTH - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
}
