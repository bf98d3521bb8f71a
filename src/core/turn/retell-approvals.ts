import type { Message } from "../words/message.ts";
import type { TurnInput } from "../ports/engine.ts";
import { type AskedCall, CLAUDE_CODE_LABEL, type ToolApproval } from "../words/server-tools.ts";
import { behindResults, modelName } from "./settle-approvals.ts";

const OPENING =
  "Tool calls of yours waited for a person's approval and have not been made. The person has decided on them now:";

/**
 * A turn that brings approvals to a process that did not make the calls, and that only Claude Code can make: it is told of them,
 * for they are not in its history, and Claude has to make the approved ones again.
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
