import type { JsonObject } from "../../core/client-tool.ts";
import type { TurnEvent } from "../../core/turn-event.ts";
import type { ActivityForm } from "./chat-activity.ts";

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

/**
 * What the events of one branch add to `reasoning_content`: the thinking, and between it, when the client asked for that, a
 * line for each thing that Claude Code does by itself.
 */
export class ReasoningText {
  readonly #hasActivity: boolean;
  /** By activity; those that go on. */
  readonly #lines = new Map<string, string>();
  #isAtLineStart = true;

  constructor(activity: ActivityForm | undefined) {
    this.#hasActivity = activity === "reasoning";
  }

  /** The piece of text that this event adds; mostly none. */
  of(event: TurnEvent): string {
    if (event.type === "reasoning-delta") return this.#add(event.text);
    if (!this.#hasActivity) return "";
    if (event.type === "activity-start") {
      const line = describeActivity(event.name, event.input);
      this.#lines.set(event.activityId, line);
      return this.#addLine(line);
    }
    if (event.type !== "activity-end") return "";
    const line = this.#lines.get(event.activityId);
    this.#lines.delete(event.activityId);
    // What was streamed cannot be amended, so a failure has a line of its own.
    return line !== undefined && event.isError ? this.#addLine(`${line} (failed)`) : "";
  }

  #addLine(line: string): string {
    return this.#add(`${this.#isAtLineStart ? "" : "\n"}${line}\n`);
  }

  #add(text: string): string {
    if (text !== "") this.#isAtLineStart = text.endsWith("\n");
    return text;
  }
}

function describeActivity(name: string, input: JsonObject): string {
  const telling = Object.hasOwn(TELLING_INPUT, name) ? input[TELLING_INPUT[name] ?? ""] : undefined;
  const about =
    typeof telling === "string" ? telling : Object.keys(input).length > 0 ? JSON.stringify(input) : "";
  const line = (about === "" ? name : `${name}: ${about}`).replace(/\s+/g, " ").trim();
  if (line.length <= MAX_LINE_LENGTH) return line;
  // Not between the halves of a surrogate pair.
  return `${line.slice(0, MAX_LINE_LENGTH - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
}
