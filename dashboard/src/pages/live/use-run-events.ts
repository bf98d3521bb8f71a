import { useEffect, useState } from "react";

import type { RunBody } from "../../../../src/protocols/admin/format-run.ts";
import type { RunEventBody } from "../../../../src/protocols/admin/format-run-event.ts";

/** What is shown of a turn that somebody follows. */
export type RunStep =
  | { readonly type: "text" | "reasoning"; readonly key: string; readonly text: string }
  | {
      readonly type: "activity";
      readonly key: string;
      readonly name: string;
      readonly input: unknown;
      readonly elapsedMs?: number;
      readonly output?: string;
      readonly isError?: boolean;
    }
  | { readonly type: "note"; readonly key: string; readonly tone: "info" | "error"; readonly text: string };

export interface FollowedRun {
  readonly run?: RunBody;
  readonly steps: readonly RunStep[];
  readonly isLive: boolean;
}

const NOTHING: FollowedRun = { steps: [], isLive: false };
/** The oldest steps go when there are more. */
const MOST_STEPS = 500;
const MOST_TEXT = 200_000;

/** Follows a turn from now on; the server tells none of what was before. For one id as long as it is used. */
export function useRunEvents(id: string): FollowedRun {
  const [followed, setFollowed] = useState(NOTHING);
  useEffect(() => {
    const source = new EventSource(`/admin/api/runs/${encodeURIComponent(id)}/events`);
    const hear = (message: MessageEvent<string>) => {
      const event = JSON.parse(message.data) as RunEventBody;
      setFollowed((before) => addEvent(before, event));
      // Opened again by the browser, it would begin anew.
      if (event.type === "run.ended") source.close();
    };
    for (const name of EVENTS) source.addEventListener(name, hear);
    source.addEventListener("error", () => {
      source.close();
      setFollowed((before) => ({ ...before, isLive: false }));
    });
    return () => source.close();
  }, [id]);
  return followed;
}

const EVENTS: readonly RunEventBody["type"][] = [
  "run",
  "run.started",
  "text.delta",
  "reasoning.delta",
  "tool.call",
  "activity.started",
  "activity.progress",
  "activity.ended",
  "approval.requested",
  "approval.resolved",
  "file.changed",
  "notice",
  "events.lost",
  "run.ended",
];

function addEvent(before: FollowedRun, event: RunEventBody): FollowedRun {
  const { steps } = before;
  const put = (step: RunStep): FollowedRun => ({ ...before, steps: [...steps, step].slice(-MOST_STEPS) });
  const change = (key: string, more: object): FollowedRun => ({
    ...before,
    // Proof for the cast: only a call has such a key, and what changes is its own.
    steps: steps.map((step) => (step.key === key ? ({ ...step, ...more } as RunStep) : step)),
  });
  const note = (text: string, tone: "info" | "error" = "info") =>
    put({ type: "note", key: `note-${before.steps.length}-${text}`, tone, text });
  switch (event.type) {
    case "run":
      return { ...before, run: event.run, isLive: true };
    case "text.delta":
      return addText(before, "text", event.text);
    case "reasoning.delta":
      return addText(before, "reasoning", event.text);
    case "tool.call":
      return put({
        type: "activity",
        key: event.id,
        name: `${event.name} (the client runs it)`,
        input: event.arguments,
      });
    case "activity.started":
      return put({ type: "activity", key: event.id, name: event.name, input: event.input });
    case "activity.progress":
      return change(event.id, { elapsedMs: event.elapsed_ms });
    case "activity.ended":
      return change(event.id, { output: event.output, isError: event.is_error });
    case "approval.requested":
      return note(`Waits for an approval: ${event.tool}, ${event.summary}`);
    case "approval.resolved":
      return note(`Approval: ${event.outcome}`);
    case "file.changed":
      return note(`File ${event.change}: ${event.path}`);
    case "notice":
      return note(event.message);
    case "events.lost":
      return note(`This page was too slow: ${event.count} events are missing here.`);
    case "run.ended":
      return event.error
        ? { ...note(event.error.message, "error"), isLive: false }
        : { ...note(`Ended: ${event.reason ?? event.state}`), isLive: false };
    case "run.started":
      return before;
    default:
      return before;
  }
}

function addText(before: FollowedRun, type: "text" | "reasoning", text: string): FollowedRun {
  const last = before.steps.at(-1);
  if (last?.type === type) {
    const joined = { ...last, text: (last.text + text).slice(-MOST_TEXT) };
    return { ...before, steps: [...before.steps.slice(0, -1), joined] };
  }
  const step = { type, key: `${type}-${before.steps.length}`, text } as const;
  return { ...before, steps: [...before.steps, step].slice(-MOST_STEPS) };
}
