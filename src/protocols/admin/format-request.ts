import type { RequestEntry } from "../../core/words/request-entry.ts";

/** A request on record. Times are milliseconds since the epoch, costs US dollars; what is unknown is null. */
export interface RequestBody {
  readonly id: string;
  readonly object: "request";
  readonly started_at: number;
  readonly ended_at: number;
  readonly duration_ms: number;
  readonly queue_ms: number | null;
  /** From there until a process had its first turn. */
  readonly process_ms: number | null;
  readonly first_token_ms: number | null;
  readonly route: string;
  readonly status: number;
  /** The kind of error, such as `queue-full`; `cancelled` when the client left. */
  readonly error: string | null;
  readonly principal: string | null;
  readonly client: string | null;
  readonly protocol: string | null;
  readonly profile: string | null;
  /** As it was asked for. */
  readonly model: string | null;
  /** As Claude Code was given it. */
  readonly claude_model: string | null;
  readonly conversation_id: string | null;
  readonly conversation_name: string | null;
  readonly turn_id: string | null;
  readonly turns: number;
  readonly placement: string | null;
  readonly input_tokens: number;
  readonly cache_read_tokens: number;
  readonly cache_write_tokens: number;
  readonly output_tokens: number;
  readonly reasoning_tokens: number;
  readonly cost_usd: number;
}

/** A tool that was used: its name and its times, in milliseconds from the start of the request. */
export interface UsedToolBody {
  readonly name: string;
  /** Claude Code ran it by itself, or Claude wrote a call that the client runs. */
  readonly by: "claude-code" | "client";
  readonly started_ms: number;
  /** Null when its end was not heard. */
  readonly ended_ms: number | null;
  readonly is_error: boolean;
}

export interface RequestDetailBody extends RequestBody {
  /** In the order of their start, at most 200. */
  readonly tools: readonly UsedToolBody[];
  /** Null unless the settings say that it is kept, and for viewers. */
  readonly content: { readonly prompt: string; readonly answer: string } | null;
}

export interface RequestPageBody {
  readonly object: "list";
  readonly data: readonly RequestBody[];
  readonly has_more: boolean;
  /** Given as `after` it leads to the next page. */
  readonly next: string | null;
}

export function formatRequest(entry: RequestEntry): RequestBody {
  const { usage } = entry;
  return {
    id: entry.id,
    object: "request",
    started_at: entry.startedAt,
    ended_at: entry.endedAt,
    duration_ms: entry.endedAt - entry.startedAt,
    queue_ms: entry.queueMs ?? null,
    process_ms: entry.processMs ?? null,
    first_token_ms: entry.firstTokenMs ?? null,
    route: entry.route,
    status: entry.status,
    error: entry.error ?? null,
    principal: entry.principalId ?? null,
    client: entry.client ?? null,
    protocol: entry.protocol ?? null,
    profile: entry.profile ?? null,
    model: entry.modelId ?? null,
    claude_model: entry.model ?? null,
    conversation_id: entry.conversationId ?? null,
    conversation_name: entry.conversationName ?? null,
    turn_id: entry.turnId ?? null,
    turns: entry.turnCount,
    placement: entry.placement ?? null,
    input_tokens: usage.inputTokens,
    cache_read_tokens: usage.cacheReadTokens,
    cache_write_tokens: usage.cacheWriteTokens,
    output_tokens: usage.outputTokens,
    reasoning_tokens: usage.reasoningTokens,
    cost_usd: entry.costUsd,
  };
}

/** @param showsContent whether whoever asks may read what was said */
export function formatRequestDetail(entry: RequestEntry, showsContent: boolean): RequestDetailBody {
  const { tools = [], content = null } = entry;
  return {
    ...formatRequest(entry),
    tools: tools.map(({ name, by, startedMs, endedMs, isError }) => ({
      name,
      by,
      started_ms: startedMs,
      ended_ms: endedMs ?? null,
      is_error: isError === true,
    })),
    content: showsContent ? content : null,
  };
}

/** `entries`: one more than the page has, if there are more. */
export function formatRequestPage(entries: readonly RequestEntry[], limit: number): RequestPageBody {
  const shown = entries.slice(0, limit);
  const last = shown.at(-1);
  const hasMore = entries.length > limit;
  return {
    object: "list",
    data: shown.map(formatRequest),
    has_more: hasMore,
    next: hasMore && last ? `${last.startedAt}_${last.id}` : null,
  };
}
