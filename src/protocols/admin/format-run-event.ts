import type { JsonObject } from "../../core/words/client-tool.ts";
import type { FollowedEvent, TurnRun } from "../../core/words/turn-run.ts";
import { assertNever } from "../../lib/assert-never.ts";
import { formatRun, formatRunUsage, type RunBody, type UsageBody } from "./format-run.ts";

/** What somebody who follows a turn is told: the turn as it is, what happens in it, and last its end. */
export type RunEventBody =
  | { readonly type: "run"; readonly run: RunBody }
  | {
      readonly type: "run.started";
      readonly conversation_id: string;
      readonly conversation_name: string;
      readonly placement: string;
    }
  | { readonly type: "text.delta" | "reasoning.delta"; readonly text: string }
  | {
      readonly type: "tool.call";
      readonly id: string;
      readonly name: string;
      /** JSON text. */
      readonly arguments: string;
    }
  | {
      readonly type: "activity.started";
      readonly id: string;
      readonly name: string;
      readonly input: JsonObject;
    }
  | {
      readonly type: "activity.progress";
      readonly id: string;
      readonly name: string;
      readonly elapsed_ms: number;
    }
  | {
      readonly type: "activity.ended";
      readonly id: string;
      readonly is_error: boolean;
      readonly output: string;
    }
  | {
      readonly type: "approval.requested";
      readonly id: string;
      readonly tool: string;
      readonly summary: string;
    }
  | { readonly type: "approval.resolved"; readonly id: string; readonly outcome: string }
  | { readonly type: "file.changed"; readonly change: string; readonly path: string }
  | { readonly type: "notice"; readonly code: string; readonly message: string }
  /** The reader was too slow: so many events are missing here. */
  | { readonly type: "events.lost"; readonly count: number }
  | {
      readonly type: "run.ended";
      readonly state: "completed" | "failed" | "cancelled";
      readonly reason: string | null;
      readonly error: { readonly code: string; readonly message: string } | null;
      readonly usage: UsageBody;
      readonly cost_usd: number;
    };

export function encodeRunEvent(body: RunEventBody): string {
  return `event: ${body.type}\ndata: ${JSON.stringify(body)}\n\n`;
}

export function formatRunSnapshot(run: TurnRun): RunEventBody {
  return { type: "run", run: formatRun(run) };
}

/** Undefined for what only clients and the record need. */
export function formatRunEvent(event: FollowedEvent): RunEventBody | undefined {
  switch (event.type) {
    case "turn-start":
      return {
        type: "run.started",
        conversation_id: event.conversationId,
        conversation_name: event.conversationName,
        placement: event.placement,
      };
    case "text-delta":
      return { type: "text.delta", text: event.text };
    case "reasoning-delta":
      return { type: "reasoning.delta", text: event.text };
    case "tool-call-end":
      return { type: "tool.call", id: event.callId, name: event.name, arguments: shorten(event.arguments) };
    case "activity-start":
      return {
        type: "activity.started",
        id: event.activityId,
        name: event.name,
        input: shortenValues(event.input),
      };
    case "activity-progress":
      return {
        type: "activity.progress",
        id: event.activityId,
        name: event.name,
        elapsed_ms: event.elapsedMs,
      };
    case "activity-end":
      return {
        type: "activity.ended",
        id: event.activityId,
        is_error: event.isError,
        output: shorten(event.output),
      };
    case "permission-request":
      return {
        type: "approval.requested",
        id: event.approvalId,
        tool: event.toolName,
        summary: event.summary,
      };
    case "approval-request":
      return {
        type: "approval.requested",
        id: event.approvalId,
        tool: event.toolName,
        summary: event.serverLabel,
      };
    case "permission-resolved":
      return { type: "approval.resolved", id: event.approvalId, outcome: event.outcome };
    case "file-change":
      return { type: "file.changed", change: event.change.type, path: event.change.path };
    case "notice":
      return { type: "notice", code: event.code, message: event.message };
    case "events-lost":
      return { type: "events.lost", count: event.count };
    case "turn-end":
      return {
        type: "run.ended",
        state: "completed",
        reason: event.reason,
        error: null,
        usage: formatRunUsage(event.usage),
        cost_usd: event.costUsd,
      };
    case "turn-error":
      return {
        type: "run.ended",
        state: event.error.kind === "cancelled" ? "cancelled" : "failed",
        reason: null,
        error: { code: event.error.kind, message: event.error.message },
        usage: formatRunUsage(event.usage),
        cost_usd: event.costUsd,
      };
    case "reasoning-end":
    case "reasoning-redacted":
    case "tool-call-start":
    case "tool-call-delta":
    case "mcp-tools":
    case "file-changes":
    case "transcript-append":
      return undefined;
    default:
      return assertNever(event);
  }
}

/** Whole files pass through tools; who follows a turn wants to see what it does. */
const LONGEST = 4_000;

function shorten(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}… (${text.length} characters)`;
}

function shortenValues(input: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(input).map(([name, value]) => [name, typeof value === "string" ? shorten(value) : value]),
  );
}
