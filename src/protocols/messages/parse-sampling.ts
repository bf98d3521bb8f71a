import { isGiven } from "../is-given.ts";
import { isRecord } from "../../lib/is-record.ts";
import type { OutputFormat } from "../../core/words/output-format.ts";
import type { Sampling } from "../../core/words/sampling.ts";
import { readObjectSchema } from "../json-schema/object-schema.ts";
import type { MessagesRequestBody, PromptBody } from "./messages-request-schema.ts";
import type { ParameterNames } from "../parameter-names.ts";
import { parameterError } from "./parameter-error.ts";

/** How the client wants to see Claude's thinking. */
export type ThinkingDisplay =
  /** It did not ask for it. */
  | "none"
  /** As encrypted blocks without text, which the client can send back. */
  | "sealed"
  | "full";

export function parseSampling(body: MessagesRequestBody): Sampling {
  const { temperature, top_p: topP, top_k: topK, max_tokens: maxOutputTokens } = body;
  const stopSequences = body.stop_sequences ?? [];
  if (stopSequences.some((sequence) => sequence.trim() === "")) {
    throw parameterError(["stop_sequences"], "each stop sequence must contain non-whitespace");
  }
  const budget = body.thinking?.type === "enabled" ? body.thinking.budget_tokens : undefined;
  if (budget && budget >= maxOutputTokens) {
    throw parameterError([], "`max_tokens` must be greater than `thinking.budget_tokens`");
  }
  const effort = parseEffort(body);
  return {
    maxOutputTokens,
    ...(isGiven(temperature) && { temperature }),
    ...(isGiven(topP) && { topP }),
    ...(isGiven(topK) && topK > 0 && { topK }),
    ...(stopSequences.length > 0 && { stopSequences }),
    ...(effort && { effort }),
    ...(!body.thinking && { thinksOnlyIfAsked: true }),
    ...(body.thinking && effort !== "none" && { asksToThink: true }),
    ...(isGiven(budget) && { thinkingTokens: budget }),
  };
}

export function parseThinkingDisplay({ thinking }: PromptBody): ThinkingDisplay {
  if (!thinking || thinking.type === "disabled") return "none";
  return thinking.display === "omitted" ? "sealed" : "full";
}

/** @throws RequestError for a format that is not one. */
export function parseOutputFormat(body: PromptBody): OutputFormat | undefined {
  const [path, format] = body.output_config?.format
    ? [["output_config", "format"], body.output_config.format]
    : [["output_format"], body.output_format];
  if (!format) return undefined;
  if (format.type !== "json_schema") throw parameterError([...path, "type"], "Input should be 'json_schema'");
  const schema = format["schema"];
  if (schema === undefined) throw parameterError([...path, "schema"], "Field required");
  if (!isRecord(schema)) throw parameterError([...path, "schema"], "Input should be a valid dictionary");
  const read = readObjectSchema(schema, false);
  if ("problem" in read) throw parameterError([...path, "schema"], read.problem);
  return { type: "json-schema", name: "output", schema: read.schema };
}

export function messagesParameterNames({ thinking }: PromptBody): ParameterNames {
  const isLeast = thinking?.type === "disabled" || thinking?.type === "between_tools";
  return {
    temperature: "temperature",
    topP: "top_p",
    topK: "top_k",
    maxOutputTokens: "max_tokens",
    effort: isLeast ? "thinking" : "output_config.effort",
    thinkingTokens: "thinking.budget_tokens",
    toolChoice: "tool_choice",
  };
}

function parseEffort({ thinking, output_config: config }: PromptBody): Sampling["effort"] {
  if (thinking?.type === "enabled" && !isGiven(thinking.budget_tokens)) {
    throw parameterError(["thinking", "enabled", "budget_tokens"], "Field required");
  }
  // Thinking only between tool calls is almost no thinking.
  if (thinking?.type === "disabled" || thinking?.type === "between_tools") return "none";
  return config?.effort ?? undefined;
}
