import type { ClaudeCallbacks, PermissionOptions } from "../claude/claude-messages.ts";
import type { Answerer } from "./control-channel.ts";
import type { Question } from "./frames.ts";
import type { HookCallbacks } from "./hook-callbacks.ts";
import type { InProcessServers } from "./in-process-servers.ts";

export interface AnswerParts {
  readonly hooks: HookCallbacks;
  readonly servers: InProcessServers;
  readonly canUseTool: ClaudeCallbacks["canUseTool"];
}

/** Answers what a process asks: whether a call may run, what a hook says, what an MCP server of ours says. */
export function answerQuestions({ hooks, servers, canUseTool }: AnswerParts): Answerer {
  return async (question, signal) => {
    switch (question.subtype) {
      case "can_use_tool":
        return decideCall(question, canUseTool, signal);
      case "hook_callback":
        return hooks.call(question.callback_id, question.input, question.tool_use_id, signal);
      case "mcp_message":
        return servers.deliver(question.server_name, question.message, signal);
      case "elicitation":
        return { action: "decline" };
      default:
        // Newer releases ask more. What is refused is theirs to go on without.
        throw new Error("Unsupported control request subtype");
    }
  };
}

async function decideCall(
  asked: Extract<Question, { subtype: "can_use_tool" }>,
  canUseTool: ClaudeCallbacks["canUseTool"],
  signal: AbortSignal,
): Promise<object> {
  if (!canUseTool) throw new Error("Nobody can be asked.");
  const { tool_name, input, tool_use_id, permission_suggestions, mcp_server } = asked;
  // Proof for the cast: the fields that are left out are not read here.
  const options = {
    signal,
    toolUseID: tool_use_id,
    ...(permission_suggestions && { suggestions: permission_suggestions }),
    ...(mcp_server && { mcpServer: mcp_server }),
  } as PermissionOptions;
  const decision = await canUseTool(tool_name, input, options);
  return { ...decision, toolUseID: tool_use_id };
}
