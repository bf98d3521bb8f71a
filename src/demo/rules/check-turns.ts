import { blocksOf } from "../messages-body.ts";
import type { ContentBlock, RequestMessage } from "../messages-body.ts";
import type { ApiRequest } from "./api-request.ts";
import { invalid } from "./problem.ts";
import type { Problem } from "./problem.ts";

/** Consecutive messages of one role are one turn; messages of role `system` do not separate turns. */
export interface Turn {
  role: "user" | "assistant";
  blocks: readonly ContentBlock[];
  /** Index of its first message in the request. */
  index: number;
}

export function turnsOf(messages: readonly RequestMessage[]): Turn[] {
  const turns: Turn[] = [];
  for (const [index, message] of messages.entries()) {
    if (message.role === "system") continue;
    const previous = turns.at(-1);
    if (previous?.role === message.role) previous.blocks = [...previous.blocks, ...blocksOf(message)];
    else turns.push({ role: message.role, blocks: blocksOf(message), index });
  }
  return turns;
}

/** Who speaks first and last. */
export function checkTurns({ body, model }: ApiRequest): Problem | undefined {
  if (body.messages.length === 0) return invalid("messages: at least one message is required");
  const turns = turnsOf(body.messages);
  // One live answer in 2026 accepted an assistant message first. Older ones did not, and a history that begins so has lost its
  // beginning.
  if (body.messages[0]?.role === "assistant") {
    return invalid('messages: first message must use the "user" role');
  }
  const last = turns.at(-1);
  if (last?.role !== "assistant" || endsInServerTool(last)) return undefined;
  if (!model.takesPrefill) {
    return invalid(
      "This model does not support assistant message prefill. The conversation must end with a user message.",
    );
  }
  const text = last.blocks.at(-1)?.["text"];
  if (typeof text === "string" && text !== text.trimEnd()) {
    return invalid("messages: final assistant content cannot end with trailing whitespace");
  }
  return undefined;
}

/** A turn that was paused while the API's own tools worked is sent back unchanged and continues. */
function endsInServerTool(turn: Turn): boolean {
  const type = turn.blocks.at(-1)?.type ?? "";
  return type === "server_tool_use" || (type !== "tool_result" && type.endsWith("_tool_result"));
}
