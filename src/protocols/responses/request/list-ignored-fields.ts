import { MAX_TEMPERATURE } from "../../../core/words/sampling.ts";
import { isRecord } from "../../../lib/is-record.ts";
import { asksForSomething, type AsksForNothing } from "../../asks-for-something.ts";
import { isGiven } from "../../is-given.ts";
import { responsesRequestSchema, type ResponsesRequestBody } from "./responses-request-schema.ts";
import { reportedTool, UNSERVED_TOOLS } from "../../hosted-tools.ts";
import { reportedNames } from "../../reported-names.ts";

/** Values that ask for nothing beyond what happens anyway. */
const ASKS_FOR_NOTHING: AsksForNothing = {
  top_logprobs: (value) => value === 0,
  background_options: asksForNow,
  // `client_metadata` is the client's own; `generate` and `type` belong to the WebSocket event, which is read elsewhere.
  client_metadata: () => true,
  generate: () => true,
  type: () => true,
};
/** In the schema, but without effect. */
const WITHOUT_EFFECT = new Set([
  "frequency_penalty",
  "presence_penalty",
  "top_logprobs",
  "service_tier",
  "prompt_cache_key",
  "prompt_cache_retention",
]);
/** The options of hosted tools that have no effect here. */
const TOOL_OPTIONS = [
  "defer_loading",
  "filters",
  "search_content_types",
  "search_context_size",
  "user_location",
  "external_web_access",
];

/** Ineffective parts of the request that were found while it was parsed. */
export interface KnownIgnored {
  readonly isChoiceWeakened: boolean;
  /** Types of tools that were left out. */
  readonly unservedTools: Iterable<string>;
  /** Settings that are meant for Turnpike itself. */
  readonly settings: readonly string[];
}

/** The names of parameters that were accepted without effect. */
export function listIgnoredFields(
  body: ResponsesRequestBody,
  { isChoiceWeakened, unservedTools, settings }: KnownIgnored,
): readonly string[] {
  const names = Object.keys(body).filter((name) => {
    const isRead = Object.hasOwn(responsesRequestSchema.shape, name) && !WITHOUT_EFFECT.has(name);
    return !isRead && asksForSomething(name, body[name], ASKS_FOR_NOTHING);
  });
  if ((body.temperature ?? 0) > MAX_TEMPERATURE) names.push("temperature");
  if (body.stream_options?.include_obfuscation === true) names.push("stream_options.include_obfuscation");
  if (isChoiceWeakened) names.push("tool_choice");
  const served = (body.tools ?? []).filter(({ type }) => !UNSERVED_TOOLS.has(type));
  for (const option of TOOL_OPTIONS) {
    if (served.some((tool) => isGiven(tool[option]) && tool[option] !== true)) {
      names.push(`tools.${option}`);
    }
  }
  for (const name of Object.keys(body.reasoning ?? {})) {
    if (!["effort", "summary", "generate_summary"].includes(name) && isGiven(body.reasoning?.[name])) {
      names.push(`reasoning.${name}`);
    }
  }
  for (const type of unservedTools) names.push(reportedTool(type));
  names.push(...settings);
  return reportedNames(names);
}

/** Whether the value only asks that a background response begin as soon as possible, which it does anyway. */
function asksForNow(value: unknown): boolean {
  return (
    isRecord(value) &&
    Object.entries(value).every(([name, each]) => name === "completion_window" && each === "soonest")
  );
}
