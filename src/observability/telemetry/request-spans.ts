import { randomBytes } from "node:crypto";

import type { RequestCourse, RequestEntry } from "../../core/words/request-entry.ts";
import type { ActivityNote, TurnNote } from "../../core/words/turn-note.ts";
import { type Attributes, type KeyValue, toKeyValues, toNanos } from "./otlp-json.ts";

export interface TraceSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly KeyValue[];
  readonly status: { readonly code: number; readonly message?: string };
}

const INTERNAL = 1;
const SERVER = 2;
const UNSET = 0;
const ERROR = 2;

/** Version, trace, parent, flags; only later versions may have more behind, and there is none `ff`. https://www.w3.org/TR/trace-context/#traceparent-header */
const TRACE_PARENT =
  /^(?:00(?=-.{52}$)|(?!00|ff)[0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-|$)/;

/**
 * A request as spans: the request itself, in the trace of who asks; each of its turns as an invocation of an agent; what Claude Code did by itself as
 * executions of tools. Names and attributes of the GenAI conventions v0.1.0, without any content. None when who asks does not sample.
 */
export function requestSpans(
  entry: RequestEntry,
  { turns, traceParent }: RequestCourse,
): readonly TraceSpan[] {
  const [, givenTrace, parentSpanId, flags] = TRACE_PARENT.exec(traceParent ?? "") ?? [];
  if (flags !== undefined && (Number.parseInt(flags, 16) & 1) === 0) return [];
  const traceId = givenTrace ?? randomBytes(16).toString("hex");
  const [method = "", route = ""] = entry.route.split(" ");
  const isFault = entry.status >= 500;
  const root = toSpan({
    traceId,
    ...(parentSpanId !== undefined && { parentSpanId }),
    name: entry.route,
    kind: SERVER,
    from: entry.startedAt,
    to: entry.endedAt,
    isError: isFault || (entry.status < 400 && entry.error !== undefined),
    attributes: {
      "http.request.method": method === "WEBSOCKET" ? "GET" : method,
      "http.route": route,
      "http.response.status_code": entry.status,
      "user_agent.original": entry.client,
      "error.type": entry.error,
      "turnpike.request.id": entry.id,
      "turnpike.protocol": entry.protocol,
    },
  });
  return [root, ...turns.flatMap((turn) => turnSpans(turn, root, entry.endedAt))];
}

function turnSpans(turn: TurnNote, parent: TraceSpan, requestEndedAt: number): readonly TraceSpan[] {
  const { traceId, spanId: parentSpanId } = parent;
  const endedAt = turn.endedAt ?? requestEndedAt;
  const usage = turn.use?.usage;
  const span = toSpan({
    traceId,
    parentSpanId,
    name: `invoke_agent ${turn.profile}`,
    kind: INTERNAL,
    from: turn.askedAt,
    to: endedAt,
    isError: turn.error !== undefined,
    attributes: {
      "gen_ai.operation.name": "invoke_agent",
      "gen_ai.provider.name": "anthropic",
      "gen_ai.agent.name": turn.profile,
      "gen_ai.request.model": turn.model,
      "gen_ai.conversation.id": turn.conversationId,
      // The conventions count what the cache has held as input, too.
      "gen_ai.usage.input_tokens":
        usage && usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens,
      "gen_ai.usage.cache_read.input_tokens": usage?.cacheReadTokens,
      "gen_ai.usage.cache_write.input_tokens": usage?.cacheWriteTokens,
      "gen_ai.usage.output_tokens": usage?.outputTokens,
      "gen_ai.usage.reasoning.output_tokens": usage?.reasoningTokens,
      "gen_ai.response.time_to_first_chunk":
        turn.firstTokenAt === undefined ? undefined : (turn.firstTokenAt - turn.askedAt) / 1_000,
      "error.type": turn.error,
      "turnpike.turn.id": turn.turnId,
      "turnpike.placement": turn.placement,
      "turnpike.queue_ms": turn.queuedMs,
      "turnpike.cost_usd": turn.use?.costUsd,
    },
  });
  return [span, ...turn.activities.map((activity) => toolSpan(activity, span, endedAt))];
}

function toolSpan(activity: ActivityNote, { traceId, spanId }: TraceSpan, turnEndedAt: number): TraceSpan {
  const isError = activity.isError === true;
  return toSpan({
    traceId,
    parentSpanId: spanId,
    name: `execute_tool ${activity.name}`,
    kind: INTERNAL,
    from: activity.startedAt,
    to: activity.endedAt ?? turnEndedAt,
    isError,
    attributes: {
      "gen_ai.operation.name": "execute_tool",
      "gen_ai.provider.name": "anthropic",
      "gen_ai.tool.name": activity.name,
      "gen_ai.tool.call.id": activity.activityId,
      "error.type": isError ? "tool_error" : undefined,
    },
  });
}

interface SpanFacts {
  readonly traceId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly from: number;
  readonly to: number;
  readonly isError: boolean;
  readonly attributes: Attributes;
}

function toSpan({ traceId, parentSpanId, name, kind, from, to, isError, attributes }: SpanFacts): TraceSpan {
  return {
    traceId,
    spanId: randomBytes(8).toString("hex"),
    ...(parentSpanId !== undefined && { parentSpanId }),
    name,
    kind,
    startTimeUnixNano: toNanos(from),
    endTimeUnixNano: toNanos(Math.max(from, to)),
    attributes: toKeyValues(attributes),
    status: { code: isError ? ERROR : UNSET },
  };
}
