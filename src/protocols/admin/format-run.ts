import { isOver, type RunState, type TurnRun } from "../../core/words/turn-run.ts";
import type { Usage } from "../../core/words/usage.ts";

/** A turn under way or recent. Times are milliseconds since the epoch, costs US dollars. */
export interface RunBody {
  readonly id: string;
  readonly object: "run";
  readonly state: RunState;
  readonly client: string | null;
  readonly principal: string;
  readonly protocol: string;
  readonly profile: string;
  readonly model: string;
  readonly conversation_id: string | null;
  readonly conversation_name: string | null;
  readonly placement: string | null;
  readonly activity: string | null;
  readonly asked_at: number;
  readonly started_at: number | null;
  readonly first_token_at: number | null;
  readonly ended_at: number | null;
  readonly output_tokens: number;
  /** `output_tokens` is an estimate as long as the turn runs. */
  readonly is_estimate: boolean;
  readonly usage: UsageBody | null;
  readonly cost_usd: number | null;
  readonly error: { readonly code: string; readonly message: string } | null;
}

export interface UsageBody {
  readonly input_tokens: number;
  readonly cache_read_tokens: number;
  readonly cache_write_tokens: number;
  readonly output_tokens: number;
  readonly reasoning_tokens: number;
}

export interface RunListBody {
  readonly object: "list";
  readonly data: readonly RunBody[];
}

export function formatRunList(runs: readonly TurnRun[]): RunListBody {
  return { object: "list", data: runs.map(formatRun) };
}

export function formatRun(run: TurnRun): RunBody {
  const { error } = run;
  return {
    id: run.turnId,
    object: "run",
    state: run.state,
    client: run.client ?? null,
    principal: run.principalId,
    protocol: run.protocol,
    profile: run.profile,
    model: run.modelId,
    conversation_id: run.conversationId ?? null,
    conversation_name: run.conversationName ?? null,
    placement: run.placement ?? null,
    activity: run.activity ?? null,
    asked_at: run.askedAt,
    started_at: run.startedAt ?? null,
    first_token_at: run.firstTokenAt ?? null,
    ended_at: run.endedAt ?? null,
    output_tokens: run.outputTokens,
    is_estimate: !isOver(run),
    usage: run.usage ? formatRunUsage(run.usage) : null,
    cost_usd: run.costUsd ?? null,
    error: error ? { code: error.kind, message: error.message } : null,
  };
}

export function formatRunUsage(usage: Usage): UsageBody {
  return {
    input_tokens: usage.inputTokens,
    cache_read_tokens: usage.cacheReadTokens,
    cache_write_tokens: usage.cacheWriteTokens,
    output_tokens: usage.outputTokens,
    reasoning_tokens: usage.reasoningTokens,
  };
}
