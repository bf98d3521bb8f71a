import { blocksOf } from "./messages-body.ts";
import type { ContentBlock, MessagesBody, RequestMessage } from "./messages-body.ts";

/**
 * What the real API would answer 400 `invalid_request_error` for, or undefined. Strict where it
 * notices a history that is not native: unpaired tool calls and results, empty text, a wrong first
 * role. Role `system` inside the conversation is allowed (Claude Code sends its environment so) and
 * does not separate a tool call from its result.
 */
export function findProblem(body: MessagesBody): string | undefined {
  if (body.messages.length === 0) return "messages: at least one message is required";
  const spoken = joinSameRole(body.messages.filter((message) => message.role !== "system"));
  if (spoken[0]?.role !== "user") return 'messages: first message must use the "user" role';
  return findEmptyContent(body.messages) ?? findUnpaired(spoken) ?? findPrefill(spoken);
}

interface Spoken {
  role: "user" | "assistant" | "system";
  blocks: readonly ContentBlock[];
}

/** The API joins neighbours of one role into one turn before it looks at them. */
function joinSameRole(messages: readonly RequestMessage[]): Spoken[] {
  const turns: Spoken[] = [];
  for (const message of messages) {
    const previous = turns.at(-1);
    if (previous?.role === message.role) previous.blocks = [...previous.blocks, ...blocksOf(message)];
    else turns.push({ role: message.role, blocks: blocksOf(message) });
  }
  return turns;
}

function findEmptyContent(messages: readonly RequestMessage[]): string | undefined {
  for (const [index, message] of messages.entries()) {
    // Claude Code marks a change of effort in a resumed history with a system message without content.
    if (message.role === "system") continue;
    if (message.content.length === 0) return `messages.${index}: all messages must have non-empty content`;
    for (const block of blocksOf(message)) {
      if (block.type !== "text") continue;
      const content = block["text"];
      if (typeof content !== "string") return `messages.${index}.content.text.text: Field required`;
      if (content === "") return `messages.${index}: text content blocks must be non-empty`;
      if (content.trim() === "") {
        return `messages.${index}: text content blocks must contain non-whitespace text`;
      }
    }
  }
  return undefined;
}

function findUnpaired(turns: readonly Spoken[]): string | undefined {
  const known = new Set<string>();
  for (const [index, turn] of turns.entries()) {
    if (turn.role === "assistant") {
      for (const id of idsOf(turn, "tool_use", "id")) {
        if (known.has(id)) return `messages.${index}: \`tool_use\` ids must be unique`;
        known.add(id);
      }
      continue;
    }
    const asked = idsOf(turns[index - 1], "tool_use", "id");
    const answered = idsOf(turn, "tool_result", "tool_use_id");
    const orphan = answered.find((id) => !asked.includes(id));
    if (orphan !== undefined) {
      return (
        `messages.${index}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${orphan}. Each ` +
        "`tool_result` block must have a corresponding `tool_use` block in the previous message."
      );
    }
    const missing = asked.filter((id) => !answered.includes(id));
    if (missing.length > 0 || !startsWithResults(turn, answered.length)) {
      return (
        `messages.${index - 1}: \`tool_use\` ids were found without \`tool_result\` blocks immediately ` +
        `after: ${(missing.length > 0 ? missing : asked).join(", ")}.`
      );
    }
  }
  return undefined;
}

/** Newer models take no words put into their mouth, and a trailing tool call has no result. */
function findPrefill(turns: readonly Spoken[]): string | undefined {
  if (turns.at(-1)?.role !== "assistant") return undefined;
  return "This model does not support assistant message prefill. The conversation must end with a user message.";
}

function startsWithResults(turn: Spoken, count: number): boolean {
  return turn.blocks.slice(0, count).every((block) => block.type === "tool_result");
}

function idsOf(turn: Spoken | undefined, type: string, field: string): string[] {
  const blocks = turn?.blocks.filter((block) => block.type === type) ?? [];
  return blocks.map((block) => String(block[field]));
}
