import { describeActivity, toLine } from "../../core/turn/describe-activity.ts";
import type {
  ActivityProgress,
  FilesChanged,
  PermissionOutcome,
  TurnEvent,
} from "../../core/words/turn-event.ts";
import type { ActivityForm } from "../claude-settings/activity-form.ts";
import type { ReasoningForm } from "./parse-thinking.ts";
import { assertNever } from "../../lib/assert-never.ts";
import type { FileChange } from "../../core/words/file-change.ts";

/** The maximum of lines for changed files that no earlier event reported. */
const MAX_FILE_LINES = 50;

/** The beginning of the line that ends a wait. */
const OUTCOMES: Readonly<Record<PermissionOutcome, string>> = {
  allowed: "Allowed",
  "always-allowed": "Allowed from now on",
  denied: "Denied",
  "timed-out": "Not answered in time, so denied",
  cancelled: "No longer asked",
};

/** What a client wants to read within the thinking. */
export interface ReasoningTextOptions extends ReasoningForm {
  readonly activity?: ActivityForm;
  /** Activities may be shown after thinking that had no visible text. */
  readonly fillsSilence?: boolean;
}

/**
 * The text that the events of one branch add to `reasoning_content`: the thinking and, if the client asked for it, a line for
 * each thing that Claude Code does by itself, waits for or has changed. Without that, only activities that follow thinking
 * without visible text get a line: otherwise nobody would see that Claude is working.
 */
export class ReasoningText {
  readonly #hasActivity: boolean;
  readonly #hidesThinking: boolean;
  readonly #fillsSilence: boolean;
  /** The current thinking block has text. */
  #hasWords = false;
  /** The last thinking block had no text, and nothing was said since. */
  #isWordless = false;
  /** By activity id; only running activities. */
  readonly #lines = new Map<string, string>();
  /** By approval id; only waiting approvals. */
  readonly #asked = new Map<string, string>();
  /** Paths of the changes that already have a line. */
  readonly #told = new Set<string>();
  #isAtLineStart = true;
  #workspace: string | undefined;

  constructor({ activity, isHidden, fillsSilence = false }: ReasoningTextOptions) {
    this.#hasActivity = activity === "reasoning";
    this.#hidesThinking = isHidden === true;
    this.#fillsSilence = fillsSilence && activity === undefined && !this.#hidesThinking;
  }

  /** The text that this event adds; usually none. */
  of(event: TurnEvent): string {
    if (event.type === "reasoning-delta" && event.text !== "") this.#hasWords = true;
    if (event.type === "reasoning-delta") return this.#hidesThinking ? "" : this.#add(event.text);
    // It broke off, and the model thinks anew.
    if (event.type === "reasoning-end" && event.signature === undefined)
      return this.#hidesThinking ? "" : this.#add("\n\n");
    if (this.#hasActivity) return this.#addLines(this.#linesOf(event));
    return this.#fillsSilence ? this.#fillSilence(event) : "";
  }

  #fillSilence(event: TurnEvent): string {
    switch (event.type) {
      case "turn-start":
        this.#workspace = event.workspace;
        return "";
      case "reasoning-end":
      case "reasoning-redacted":
        this.#isWordless = !this.#hasWords;
        this.#hasWords = false;
        return "";
      case "text-delta":
        if (event.text !== "") this.#isWordless = false;
        return "";
      case "activity-start":
        if (!this.#isWordless) return "";
        return this.#addLines([describeActivity(event, this.#workspace)]);
      default:
        return "";
    }
  }

  #linesOf(event: TurnEvent): readonly string[] {
    switch (event.type) {
      case "turn-start":
        this.#workspace = event.workspace;
        return [];
      case "activity-start": {
        const line = describeActivity(event, this.#workspace);
        this.#lines.set(event.activityId, line);
        return [line];
      }
      case "activity-progress":
        return [describeProgress(event)];
      case "activity-end": {
        const line = this.#lines.get(event.activityId);
        this.#lines.delete(event.activityId);
        // Streamed text cannot be changed later, so a failure gets its own line.
        return line !== undefined && event.isError ? [`${line} (failed)`] : [];
      }
      case "permission-request": {
        const line = describeActivity({ ...event, name: event.toolName }, this.#workspace);
        this.#asked.set(event.approvalId, line);
        return [`Waiting for approval: ${line}`];
      }
      case "permission-resolved": {
        const line = this.#asked.get(event.approvalId);
        this.#asked.delete(event.approvalId);
        return line === undefined ? [] : [`${OUTCOMES[event.outcome]}: ${line}`];
      }
      case "file-change":
        this.#told.add(event.change.path);
        return [toLine(describeFileChange(event.change))];
      case "file-changes":
        return this.#restOf(event);
      default:
        return [];
    }
  }

  /** The changes that no tool reported: commands made them. */
  #restOf({ changes, isComplete }: FilesChanged): readonly string[] {
    const rest = changes.filter(
      ({ type, path }) => type === "deleted" || type === "renamed" || !this.#told.has(path),
    );
    const lines = rest.slice(0, MAX_FILE_LINES).map((change) => toLine(describeFileChange(change)));
    const leftOut = rest.length - lines.length;
    if (leftOut > 0) lines.push(`… and ${leftOut} more files`);
    if (!isComplete) lines.push("There are more changes than were looked at.");
    return lines;
  }

  #addLines(lines: readonly string[]): string {
    if (lines.length === 0) return "";
    return this.#add(`${this.#isAtLineStart ? "" : "\n"}${lines.join("\n")}\n`);
  }

  #add(text: string): string {
    if (text !== "") this.#isAtLineStart = text.endsWith("\n");
    return text;
  }
}

function describeProgress({ name, elapsedMs }: ActivityProgress): string {
  const seconds = Math.round(elapsedMs / 1000);
  const time = seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
  return toLine(`${name} has been running for ${time}`);
}

/** Describes a file change in one line: `Changed src/x.ts (+3 −1)`. */
function describeFileChange({ type, path, previousPath, diff }: FileChange): string {
  const counts = diff === undefined ? "" : countLines(diff);
  switch (type) {
    case "created":
      return `Created ${path}${counts}`;
    case "changed":
      return `Changed ${path}${counts}`;
    case "deleted":
      return `Deleted ${path}`;
    case "renamed":
      return `Renamed ${previousPath ?? "a file"} to ${path}${counts}`;
    default:
      return assertNever(type);
  }
}

/** Counts only inside hunks: the file headers begin with the same signs. */
function countLines(diff: string): string {
  let isInHunk = false;
  let added = 0;
  let removed = 0;
  for (const line of diff.split("\n")) {
    if (line.startsWith("@@")) isInHunk = true;
    else if (!isInHunk) continue;
    else if (line.startsWith("+")) added += 1;
    else if (line.startsWith("-")) removed += 1;
  }
  return added + removed === 0 ? "" : ` (+${added} −${removed})`;
}
