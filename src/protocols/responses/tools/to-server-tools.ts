import type { ServerTools, ToolApproval } from "../../../core/words/server-tools.ts";
import type { HostedTool, ResponsesRequest } from "../responses-request.ts";

/** Claude Code's own tools that replace OpenAI's hosted tools. */
const BUILTIN: Readonly<Record<HostedTool, readonly string[]>> = {
  web_search: ["WebSearch"],
  shell: ["Bash"],
  code_interpreter: ["Bash"],
};

/** What Claude Code is to do by itself for this request; undefined when the request asks for nothing like that. */
export function toServerTools(
  { hostedTools, mcpServers, maxToolCalls }: ResponsesRequest,
  approvals: readonly ToolApproval[],
): ServerTools | undefined {
  const builtin = [...new Set([...hostedTools].flatMap((tool) => BUILTIN[tool]))];
  const isEmpty = builtin.length + mcpServers.length + approvals.length === 0 && maxToolCalls === undefined;
  if (isEmpty) return undefined;
  return {
    builtin,
    mcpServers,
    approvals,
    ...(maxToolCalls !== undefined && { maxCalls: maxToolCalls }),
  };
}
