import type { ClientTools } from "../../core/words/client-tool.ts";
import type { FittedSampling } from "../../core/models/fit-sampling.ts";
import type { FittedThinking } from "../../core/models/fit-thinking.ts";
import type { FittedTurn } from "../../core/models/fit-turn.ts";
import type { Sampling } from "../../core/words/sampling.ts";
import type { FlagSettings } from "./claude-messages.ts";

type RequestFields = Readonly<Record<string, unknown>>;

interface TurnSettings extends FlagSettings {
  readonly env: { readonly CLAUDE_CODE_EXTRA_BODY: string; readonly CLAUDE_CODE_MAX_OUTPUT_TOKENS: string };
}

/** The parts of a turn that become settings, fitted to its model. */
export interface TurnControls {
  readonly fitted: Omit<FittedTurn, "misfits">;
  readonly stopSequences?: Sampling["stopSequences"];
  readonly tools: ClientTools;
}

/**
 * A turn's sampling and tool choice as settings of a live process. Settings stay until they are changed, so every field is always
 * present: an empty string unsets a variable. `fields` are merged unchanged into each request of the turn.
 */
export function turnSettings(
  { fitted, stopSequences = [], tools }: TurnControls,
  fields: RequestFields = {},
): TurnSettings {
  const { effort, maxOutputTokens, sampling, thinking } = fitted;
  const choice = tools.list.length > 0 ? toolChoice(tools, fitted) : undefined;
  // The API refuses a stop sequence of white space alone; core cuts the answer there.
  const stops = stopSequences.filter((sequence) => sequence.trim() !== "");
  const body = {
    ...(stops.length > 0 && { stop_sequences: stops }),
    ...samplingFields(sampling),
    ...(thinking !== undefined && thinkingFields(thinking)),
    ...(choice && { tool_choice: choice }),
    ...fields,
  };
  return {
    effortLevel: effort ?? null,
    env: {
      CLAUDE_CODE_EXTRA_BODY: Object.keys(body).length === 0 ? "" : JSON.stringify(body),
      CLAUDE_CODE_MAX_OUTPUT_TOKENS: maxOutputTokens === undefined ? "" : String(maxOutputTokens),
    },
  };
}

function thinkingFields(thinking: FittedThinking): RequestFields {
  if (typeof thinking === "object") {
    const { budgetTokens } = thinking;
    return { thinking: { type: "enabled", budget_tokens: budgetTokens, display: "summarized" } };
  }
  const type = thinking === "off" ? "disabled" : "between_tools";
  // Without this, Claude Code would edit thinking that is not asked for.
  return { thinking: { type }, context_management: { edits: [] } };
}

/** Leaves out the API's default, except where it stands in for a demand in words. */
function toolChoice(
  { choice, isParallel }: ClientTools,
  { forcing }: Pick<FittedTurn, "forcing">,
): RequestFields | undefined {
  const single = isParallel ? {} : { disable_parallel_tool_use: true };
  if (forcing === "words") return { type: "auto", ...single };
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
function samplingFields({ temperature, topP, topK }: FittedSampling): RequestFields {
  return {
    ...(temperature !== undefined && { temperature }),
    ...(topP !== undefined && { top_p: topP }),
    ...(topK !== undefined && { top_k: topK }),
  };
}

/** The settings of a process before any turn has changed them. */
export const DEFAULT_TURN_SETTINGS = JSON.stringify(
  turnSettings({
    fitted: { sampling: {}, forcing: "none" },
    tools: { list: [], choice: { type: "auto" }, isParallel: true },
  }),
);
