import type { Query } from "@anthropic-ai/claude-agent-sdk";

import type { ToolChoice } from "../../core/client-tool.ts";
import type { TurnInput } from "../../core/ports/engine.ts";
import type { Sampling } from "../../core/sampling.ts";

type FlagSettings = Parameters<Query["applyFlagSettings"]>[0];
type RequestFields = Readonly<Record<string, unknown>>;

/** What of a turn becomes settings. */
export type TurnControls = Pick<TurnInput, "sampling" | "tools">;

/**
 * A turn's sampling and tool choice as settings of a live process. They stay until they are changed, so every field is always
 * named: an empty string takes a variable back. `fields` are merged into each request of the turn as they are.
 */
export function turnSettings({ sampling, tools }: TurnControls, fields: RequestFields = {}): FlagSettings {
  const { effort, maxOutputTokens } = sampling;
  const choice = tools.list.length > 0 ? toolChoice(tools.choice, tools.isParallel) : undefined;
  const body = {
    ...samplingFields(sampling),
    ...(isThinkingOff(sampling, tools.list.length > 0 ? tools.choice : undefined) && WITHOUT_THINKING),
    ...(choice && { tool_choice: choice }),
    ...fields,
  };
  return {
    effortLevel: effort === undefined || effort === "none" ? null : effort,
    env: {
      CLAUDE_CODE_EXTRA_BODY: Object.keys(body).length === 0 ? "" : JSON.stringify(body),
      CLAUDE_CODE_MAX_OUTPUT_TOKENS: maxOutputTokens === undefined ? "" : String(maxOutputTokens),
    },
  };
}

const WITHOUT_THINKING = { thinking: { type: "disabled" }, context_management: { edits: [] } } as const;

/**
 * The Messages API takes a temperature or a forced tool only from a model that does not think, and then no edits of its
 * thinking.
 */
function isThinkingOff({ temperature, topK, effort }: Sampling, choice: ToolChoice | undefined): boolean {
  const isForced = choice?.type === "required" || choice?.type === "tool";
  return (
    effort === "none" || isForced || topK !== undefined || (temperature !== undefined && temperature !== 1)
  );
}

/** The default of the API is left unsaid. */
function toolChoice(choice: ToolChoice, isParallel: boolean): RequestFields | undefined {
  const single = isParallel ? {} : { disable_parallel_tool_use: true };
  switch (choice.type) {
    case "auto":
      return isParallel ? undefined : { type: "auto", ...single };
    case "none":
      return { type: "none" };
    case "required":
      return { type: "any", ...single };
    case "tool":
      return { type: "tool", name: choice.name, ...single };
  }
}

/** Fields of the Messages API that Claude Code has no setting for; it merges them into each request. */
function samplingFields(sampling: Sampling): RequestFields {
  const { temperature, topP, topK } = sampling;
  // The API refuses a sequence of nothing but white space; core cuts the answer there.
  const stops = (sampling.stopSequences ?? []).filter((sequence) => sequence.trim() !== "");
  return {
    ...(stops.length > 0 && { stop_sequences: stops }),
    ...(temperature !== undefined && temperature !== 1 && { temperature }),
    ...(topP !== undefined && topP !== 1 && { top_p: topP }),
    ...(topK !== undefined && { top_k: topK }),
  };
}

/** Settings of a process that no turn has changed yet. */
export const DEFAULT_TURN_SETTINGS = JSON.stringify(
  turnSettings({ sampling: {}, tools: { list: [], choice: { type: "auto" }, isParallel: true } }),
);
