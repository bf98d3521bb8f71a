import { thinkingOf } from "./api-request.ts";
import type { ApiRequest } from "./api-request.ts";
import { invalid } from "./problem.ts";
import type { Problem } from "./problem.ts";

/** Forced tools, depending on the model and on thinking; also when counting tokens. */
export function checkToolChoice(request: ApiRequest): Problem | undefined {
  const { body, model } = request;
  // Proof: its shape was checked.
  const choice = body["tool_choice"] as { type: string; name?: string } | null | undefined;
  if (!choice) return undefined;
  const tools = body.tools ?? [];
  const isForced = choice.type === "tool" || choice.type === "any";
  if (isForced && !model.takesForcedTools) {
    return invalid('tool_choice: type "tool" and "any" are not supported for this model.');
  }
  if (isForced && thinkingOf(request)?.type === "enabled") {
    return invalid("Thinking may not be enabled when tool_choice forces tool use.");
  }
  if (tools.length === 0 && choice.type !== "none") {
    return invalid("tool_choice: `tool_choice` may only be specified while providing `tools`");
  }
  if (choice.type === "tool" && !tools.some((tool) => tool["name"] === choice.name)) {
    return invalid(`Tool '${choice.name}' not found in provided tools`);
  }
  return undefined;
}
