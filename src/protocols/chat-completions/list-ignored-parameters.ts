import { chatRequestSchema, type ChatRequestBody } from "./chat-request-schema.ts";
import type { ClaudeSettings } from "../claude-settings/claude-settings.ts";
import { MAX_TEMPERATURE } from "./parse-chat-sampling.ts";
import { isHostedTool, reportedTool } from "../hosted-tools.ts";
import { reportedNames } from "../reported-names.ts";

/** Values of parameters without effect here that ask for nothing: what happens anyway is what they want. */
const ASKS_FOR_NOTHING: Readonly<Record<string, (value: unknown) => boolean>> = {
  frequency_penalty: (value) => value === 0,
  presence_penalty: (value) => value === 0,
  logit_bias: (value) => typeof value === "object" && value !== null && Object.keys(value).length === 0,
  service_tier: (value) => value === "auto" || value === "default",
};

/**
 * The names of parameters that were accepted without effect: OpenAI's own that Claude has no use for (`seed`, `logit_bias`
 * …), unknown ones, hosted tools, those among the settings of `claude`, and a temperature that had to be lowered.
 */
export function listIgnoredParameters(
  body: ChatRequestBody,
  claude: Pick<ClaudeSettings, "ignored">,
): readonly string[] {
  const names = Object.keys(body).filter(
    (name) => !Object.hasOwn(chatRequestSchema.shape, name) && asksForSomething(name, body[name]),
  );
  if ((body.temperature ?? 0) > MAX_TEMPERATURE) names.push("temperature");
  if (body.stream_options?.["include_obfuscation"] === true) names.push("stream_options.include_obfuscation");
  const types = new Set((body.tools ?? []).map(({ type }) => type));
  names.push(...[...types].filter(isHostedTool).map(reportedTool));
  names.push(...claude.ignored);
  return reportedNames(names);
}

function asksForSomething(name: string, value: unknown): boolean {
  if (value === null || value === undefined) return false;
  const asksForNothing = Object.hasOwn(ASKS_FOR_NOTHING, name) ? ASKS_FOR_NOTHING[name] : undefined;
  return !asksForNothing?.(value);
}
