import type { Message } from "../words/message.ts";
import type { TurnInput } from "../ports/engine-session.ts";
import { type AskedCall, CLAUDE_CODE_LABEL, type ToolApproval } from "../words/server-tools.ts";
import { behindResults, modelName } from "./settle-approvals.ts";

const OPENING =
  "Tool calls of yours waited for a person's approval and have not been made. The person has decided on them now:";

/**
 * Tells Claude of the decisions that `settleApprovals` left over, in a process that did not ask to make the calls: they are not
 * in its history, so Claude has to make the approved ones again.
 */
export function retellApprovals(input: TurnInput): TurnInput {
  const approvals = input.serverTools?.approvals ?? [];
  if (approvals.length === 0) return input;
  const text = [OPENING, ...approvals.map(describe)].join("\n");
  const news: Message = { role: "system", content: [{ type: "text", text }] };
  return { ...input, messages: behindResults(input.messages, [news]) };
}

function describe({ isApproved, reason, call }: ToolApproval): string {
  const what = call ? `${nameOf(call)} with the arguments ${JSON.stringify(call.input)}` : "a call";
  if (isApproved) return `- approved: ${what}. Make this call again now, with exactly the same arguments.`;
  const why = reason === undefined ? "" : ` The person says: ${reason}`;
  return `- not approved: ${what}. Go on without it.${why}`;
}

function nameOf(call: AskedCall): string {
  return call.serverLabel === CLAUDE_CODE_LABEL ? call.toolName : modelName(call);
}
