import { describeActivity, toLine } from "./describe-activity.ts";
import type { EngineEvent, EventStage } from "../words/turn-event.ts";
import type { TurnRequest } from "../words/turn-request.ts";

/**
 * Describes Claude Code's own work in the text itself, if the request wants that: a quoted line for each call, after the thinking
 * that led to it. It is for clients that show nothing but text. Like the files of an answer, it is part of what the client sees,
 * so it must be added before the turn is recorded. A JSON answer has no place for it.
 */
export function tellWorkInText(
  { tellsWorkInText, outputFormat }: Pick<TurnRequest, "tellsWorkInText" | "outputFormat">,
  workspace: string,
): readonly EventStage[] {
  return tellsWorkInText && !outputFormat ? [tellWork(workspace)] : [];
}

function tellWork(workspace: string): EventStage {
  /** Claude's thinking since it last said or did something. */
  let thought = "";
  let tail = "";
  let isTold = false;
  const tell = (text: string): EngineEvent => {
    const gap = gapAfter(tail);
    tail = text.slice(-2);
    isTold = true;
    return { type: "text-delta", text: gap + text };
  };
  return {
    of(event) {
      if (event.type === "reasoning-delta") thought += event.text;
      if (event.type === "activity-start") {
        const words = toLine(thought);
        thought = "";
        const told = words === "" ? [] : [tell(words)];
        return [...told, tell(`> ${describeActivity(event, workspace)}`), event];
      }
      if (event.type !== "text-delta") return [event];
      thought = "";
      const text = isTold ? event.text.replace(/^\n+/, "") : event.text;
      if (text === "") return [];
      const gap = isTold ? gapAfter(tail) : "";
      tail = (tail + gap + text).slice(-2);
      isTold = false;
      return [{ ...event, text: gap + text }];
    },
  };
}

/** The line breaks after which a new paragraph begins. */
function gapAfter(tail: string): string {
  if (tail === "" || tail === "\n\n") return "";
  return tail.endsWith("\n") ? "\n" : "\n\n";
}
