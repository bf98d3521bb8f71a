import type { ClientTool, ClientTools } from "../words/client-tool.ts";
import type { ModelAbilities } from "./model-abilities.ts";

/** How the model is made to call a tool: it need not, by the request's `tool_choice`, or because it is told so. */
export type Forcing = "none" | "native" | "words";

export function howToForce(tools: ClientTools, { forcedTools }: ModelAbilities): Forcing {
  if (!isForced(tools)) return "none";
  return forcedTools === "refused" ? "words" : "native";
}

/** Whether the client demands a call. */
export function isForced({ list, choice }: ClientTools): boolean {
  return list.length > 0 && (choice.type === "required" || choice.type === "tool");
}

/** The client's tools that a request to this model carries: a model that cannot be made to call one sees no others. */
export function offeredTools(tools: ClientTools, abilities: ModelAbilities): readonly ClientTool[] {
  const { list, choice } = tools;
  if (choice.type !== "tool" || howToForce(tools, abilities) !== "words") return list;
  return list.filter(({ name }) => name === choice.name);
}
