import { isThinkingBlock } from "../thinking-prefix.ts";
import { asksToThink, thinkingOf } from "./api-request.ts";
import type { ApiRequest } from "./api-request.ts";
import { turnsOf } from "./check-turns.ts";
import type { Turn } from "./check-turns.ts";
import { invalid } from "./problem.ts";
import type { Problem } from "./problem.ts";

/**
 * A loop of tool calls is one turn of the assistant with one thinking mode: with a budget, it must have begun with thinking; on
 * models that think only by budget, it must contain no thinking once thinking is off. Adaptive thinking demands neither.
 */
export function checkToolRounds(request: ApiRequest): Problem | undefined {
  const turns = turnsOf(request.body.messages);
  if (!bringsResults(turns.at(-1))) return undefined;
  if (thinkingOf(request)?.type === "enabled") {
    const beginning = beginningOf(turns);
    const isOfScript = beginning?.blocks.some(({ id }) => request.unthoughtCalls?.has(String(id)));
    return isOfScript ? undefined : checkBeginning(beginning);
  }
  return asksToThink(request) || request.model.thinkingTypes.includes("adaptive")
    ? undefined
    : checkEnd(turns.at(-2));
}

function checkBeginning(turn: Turn | undefined): Problem | undefined {
  const first = turn?.blocks[0];
  if (!turn || !first || isThinkingBlock(first)) return undefined;
  return invalid(
    `messages.${turn.index}.content.0.type: Expected \`thinking\` or \`redacted_thinking\`, but found \`${first.type}\`. When ` +
      "`thinking` is enabled, a final `assistant` message must start with a thinking block (preceeding the lastmost " +
      "set of `tool_use` and `tool_result` blocks). We recommend you include thinking blocks from previous turns. To " +
      "avoid this requirement, disable `thinking`.",
  );
}

function checkEnd(turn: Turn | undefined): Problem | undefined {
  const position = turn?.blocks.findIndex(isThinkingBlock) ?? -1;
  if (!turn || position < 0) return undefined;
  return invalid(
    `messages.${turn.index}.content.${position}: When thinking is disabled, an \`assistant\` message in the final position ` +
      "cannot contain `thinking`. To use thinking blocks, enable `thinking` in your request.",
  );
}

/** The assistant's first turn of the loop, in which each of the user's turns brings results. */
function beginningOf(turns: readonly Turn[]): Turn | undefined {
  let start = turns.length - 2;
  while (bringsResults(turns[start - 1])) start -= 2;
  return turns[start];
}

function bringsResults(turn: Turn | undefined): boolean {
  return turn?.role === "user" && turn.blocks.some(({ type }) => type === "tool_result");
}
