import type { ShownStep, ShownTool } from "../../parts/steps-view.tsx";

export interface ShownApproval {
  readonly id: string;
  readonly status: string;
  readonly tool: string;
  readonly input: string;
  readonly summary: string;
  readonly alwaysAllows: string;
}

/** What was asked, and what came of it so far. */
export interface Exchange {
  readonly id: number;
  readonly text: string;
  /** As `data:` URLs. */
  readonly images: readonly string[];
  readonly steps: readonly ShownStep[];
  readonly approvals: readonly ShownApproval[];
  readonly diffs: readonly ShownDiff[];
  readonly notices: readonly string[];
  readonly state: "running" | "done" | "stopped" | "failed";
  readonly error?: string;
  readonly placement?: string;
  readonly startedAt: number;
  readonly firstAt?: number;
  readonly endedAt?: number;
  readonly usage?: { readonly input: number; readonly cached: number; readonly output: number };
}

export interface ShownDiff {
  readonly type: string;
  readonly path: string;
  readonly diff?: string;
}

/** One chunk of a streamed chat completion, as far as it matters here. */
export interface ChatChunk {
  readonly error?: { readonly message?: string };
  readonly choices?: readonly { readonly delta?: Delta; readonly finish_reason?: string | null }[];
  readonly usage?: {
    readonly prompt_tokens: number;
    readonly completion_tokens: number;
    readonly prompt_tokens_details?: { readonly cached_tokens?: number };
  } | null;
}

interface Delta {
  readonly content?: string | null;
  readonly reasoning_content?: string;
  readonly claude?: {
    readonly activity?: Partial<Record<"id" | "name" | "input" | "status" | "output" | "elapsed_ms", string>>;
    readonly approval?: Partial<
      Record<"id" | "status" | "tool" | "input" | "summary" | "always_allows", string>
    >;
    readonly file_changes?: readonly ShownDiff[];
    readonly notice?: { readonly message?: string };
    readonly stop_reason?: string;
  };
}

export function newExchange(id: number, text: string, images: readonly string[], now: number): Exchange {
  return {
    id,
    text,
    images,
    steps: [],
    approvals: [],
    diffs: [],
    notices: [],
    state: "running",
    startedAt: now,
  };
}

export function applyChunk(exchange: Exchange, chunk: ChatChunk, now: number): Exchange {
  if (chunk.error) {
    return { ...exchange, state: "failed", error: chunk.error.message ?? "The turn failed.", endedAt: now };
  }
  const used = chunk.usage ? { ...exchange, usage: toUsage(chunk.usage) } : exchange;
  const choice = chunk.choices?.[0];
  const finished =
    choice?.finish_reason === "length"
      ? { ...used, notices: [...used.notices, "The answer was cut by a limit."] }
      : used;
  return choice?.delta ? applyDelta(finished, choice.delta, now) : finished;
}

function applyDelta(exchange: Exchange, delta: Delta, now: number): Exchange {
  const { content, reasoning_content: thinking, claude } = delta;
  let next = exchange;
  if (thinking) next = { ...next, steps: withText(next.steps, "thinking", thinking) };
  if (content) next = { ...next, steps: withText(next.steps, "text", content) };
  if ((thinking || content) && next.firstAt === undefined) next = { ...next, firstAt: now };
  if (claude?.activity) next = { ...next, steps: withActivity(next.steps, claude.activity) };
  if (claude?.approval) next = { ...next, approvals: withApproval(next.approvals, claude.approval) };
  if (claude?.file_changes) next = { ...next, diffs: claude.file_changes };
  const notice = claude?.notice?.message ?? claude?.stop_reason;
  return notice === undefined ? next : { ...next, notices: [...next.notices, notice] };
}

function withText(
  steps: readonly ShownStep[],
  type: "text" | "thinking",
  text: string,
): readonly ShownStep[] {
  const last = steps.at(-1);
  return last?.type === type
    ? [...steps.slice(0, -1), { type, text: last.text + text }]
    : [...steps, { type, text }];
}

function withActivity(
  steps: readonly ShownStep[],
  { id = "", name, input, status, output }: NonNullable<NonNullable<Delta["claude"]>["activity"]>,
): readonly ShownStep[] {
  const isOver = status === "completed" || status === "failed";
  const known = steps.find((step): step is ShownTool => step.type === "tool" && step.id === id);
  if (!known) {
    const begun = { type: "tool", id, name: name ?? "tool", input: input ?? "", images: [] } as const;
    return [
      ...steps,
      { ...begun, output: output ?? null, is_error: status === "failed", isRunning: !isOver },
    ];
  }
  if (!isOver) return steps;
  const over: ShownTool = { ...known, output: output ?? "", is_error: status === "failed", isRunning: false };
  return steps.map((step) => (step === known ? over : step));
}

function withApproval(
  approvals: readonly ShownApproval[],
  given: NonNullable<NonNullable<Delta["claude"]>["approval"]>,
): readonly ShownApproval[] {
  const { id = "", status = "waiting" } = given;
  if (approvals.some((each) => each.id === id)) {
    return approvals.map((each) => (each.id === id ? { ...each, status } : each));
  }
  const { tool = "", input = "", summary = "", always_allows: alwaysAllows = "" } = given;
  return [...approvals, { id, status, tool, input, summary, alwaysAllows }];
}

function toUsage(usage: NonNullable<ChatChunk["usage"]>): NonNullable<Exchange["usage"]> {
  return {
    input: usage.prompt_tokens,
    cached: usage.prompt_tokens_details?.cached_tokens ?? 0,
    output: usage.completion_tokens,
  };
}
