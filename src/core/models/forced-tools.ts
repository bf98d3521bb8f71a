import type { ClientTool, ClientTools } from "../words/client-tool.ts";
import type { ModelAbilities } from "./model-abilities.ts";

/** How the model is made to call a tool: not at all, by the request's `tool_choice`, or by an instruction in the prompt. */
export type Forcing = "none" | "native" | "words";

export function howToForce(tools: ClientTools, { forcedTools }: ModelAbilities): Forcing {
  if (!isForced(tools)) return "none";
  return forcedTools === "refused" ? "words" : "native";
}

/** Whether the client requires a call. */
export function isForced({ list, choice }: ClientTools): boolean {
  return list.length > 0 && (choice.type === "required" || choice.type === "tool");
}

/**
 * The client's tools to offer to this model. If the client requires a particular tool and the model cannot be forced, only that
 * tool is offered.
 */
export function offeredTools(tools: ClientTools, abilities: ModelAbilities): readonly ClientTool[] {
  const { list, choice } = tools;
  if (choice.type !== "tool" || howToForce(tools, abilities) !== "words") return list;
  return list.filter(({ name }) => name === choice.name);
}
