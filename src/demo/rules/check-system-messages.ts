import { blocksOf } from "../messages-body.ts";
import type { RequestMessage } from "../messages-body.ts";
import type { ApiRequest } from "./api-request.ts";
import { invalid } from "./problem.ts";
import type { Problem } from "./problem.ts";

const ANYWHERE = "the directive-only form (content: [] with output_config) is accepted at any position";

/** Role `system` inside `messages`: which models accept it, and where it may stand. */
export function checkSystemMessages({ body, model, betas }: ApiRequest): Problem | undefined {
  const { messages } = body;
  if (messages.every((message) => message.role !== "system")) return undefined;
  if (!isTaken(model.systemMessages, betas)) return invalid("role 'system' is not supported on this model");
  for (const [index, message] of messages.entries()) {
    if (message.role !== "system" || isDirective(message)) continue;
    const problem = checkContent(message, index) ?? checkPlace(messages, index);
    if (problem) return problem;
  }
  return undefined;
}

/**
 * Claude Code sends this role to Sonnet 5, although the documentation says that the model does not accept it: so only Claude Code
 * may.
 */
function isTaken(rule: "taken" | "claude-code" | "refused", betas: ReadonlySet<string>): boolean {
  if (rule !== "claude-code") return rule === "taken";
  return betas.has("claude-code-20250219") || betas.has("mid-conversation-system-2026-04-07");
}

/** A message that changes only the effort and has no content. */
function isDirective(message: RequestMessage): boolean {
  return Array.isArray(message.content) && message.content.length === 0 && "output_config" in message;
}

function checkContent(message: RequestMessage, index: number): Problem | undefined {
  if (message.content.length === 0) {
    return invalid(`messages.${index}: system content must contain at least one block`);
  }
  const isKnown = blocksOf(message).every((block) => TYPES.has(block.type));
  if (isKnown) return undefined;
  return invalid(
    `messages.${index}: role 'system' supports text, tool_addition, and tool_removal blocks only`,
  );
}

const TYPES = new Set(["text", "tool_addition", "tool_removal"]);

/**
 * Consecutive system messages count as one. It must follow a user message or a server tool's result, and come last or before an
 * answer.
 */
function checkPlace(messages: readonly RequestMessage[], index: number): Problem | undefined {
  const before = messages.slice(0, index).findLast((message) => message.role !== "system");
  const after = messages.slice(index + 1).find((message) => message.role !== "system");
  if (!before) {
    return invalid(
      `messages.${index}: use the top-level 'system' parameter for the initial system prompt; ${ANYWHERE}`,
    );
  }
  if (before.role !== "user" && !endsInServerResult(before)) {
    return invalid(
      `messages.${index}: role 'system' must follow a 'user' message or an 'assistant' message ending in a ` +
        `server tool result; ${ANYWHERE}`,
    );
  }
  if (after && after.role !== "assistant") {
    return invalid(
      `messages.${index}: role 'system' must precede an 'assistant' message or end the array; ${ANYWHERE}`,
    );
  }
  return undefined;
}

function endsInServerResult(message: RequestMessage): boolean {
  const type = blocksOf(message).at(-1)?.type ?? "";
  return type !== "tool_result" && type.endsWith("_tool_result");
}
