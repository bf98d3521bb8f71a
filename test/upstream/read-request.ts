import { blocksOf } from "../../src/demo/messages-body.ts";
import type { ContentBlock, RequestMessage } from "../../src/demo/messages-body.ts";
import type { RecordedRequest } from "../../src/demo/recorded-request.ts";
import { isInjectedText } from "../../src/demo/user-text.ts";

export interface ConversationMessage {
  role: "user" | "assistant";
  /** A string when the message is one text; otherwise its blocks. */
  content: string | ContentBlock[];
}

/**
 * The conversation of a request as the client knows it, without what Claude Code adds. Seen with the
 * SDK 0.3.329, with `systemPrompt: ""` and with the `claude_code` preset:
 *
 * - Environment, model, date (and with the preset: agent types, skills) are one message of role `system`
 *   behind the first user message. claude-sonnet-5 has it in `<system-reminder>` tags, claude-opus-5 and
 *   the `opus` alias have it bare ("# Environment…"); its content is a string or a list. More such
 *   messages follow a tool result (`<total_tokens>`) or a change of the model. On claude-haiku-4-5 there
 *   are no system messages: all of it stands in text blocks before the user's, tagged as reminders.
 *   A process that begins with results has no such block to put it in: there it stands at the end of the last result's text.
 * - With Bash among the tools, the first user message starts with a reminder about git attribution.
 * - The newest message is a list with `cache_control`; the same message is a plain string in the next
 *   request when it has one text.
 * - Two user messages in a row happen (a file that was read for an `@` mention); the API joins them.
 * - Parallel tool results come in the order in which the tools finished, not in that of the calls.
 */
export function conversationOf(request: RecordedRequest): ConversationMessage[] {
  const turns: { role: "user" | "assistant"; blocks: ContentBlock[] }[] = [];
  for (const message of request.body.messages) {
    if (message.role === "system") continue;
    const blocks = ownBlocks(message);
    const previous = turns.at(-1);
    if (previous?.role === message.role) previous.blocks.push(...blocks);
    else turns.push({ role: message.role, blocks });
  }
  return turns.map(({ role, blocks }) => ({ role, content: simplify(blocks) }));
}

/** The system prompt as given to Claude Code: without its billing header and its identity line. */
export function systemPromptOf(request: RecordedRequest): string {
  const { system = [] } = request.body;
  if (typeof system === "string") return system;
  const texts = system.map((block) => String(block["text"]));
  return texts.filter((text) => !isOwnSystemText(text)).join("\n");
}

export function toolNamesOf(request: RecordedRequest): string[] {
  return (request.body.tools ?? []).map((tool) => tool.name);
}

function isOwnSystemText(text: string): boolean {
  return (
    text.startsWith("x-anthropic-billing-header") ||
    /^You are (a Claude agent|Claude Code), [^\n]*$/.test(text)
  );
}

function ownBlocks(message: RequestMessage): ContentBlock[] {
  const blocks = blocksOf(message).map(withoutMark).map(withoutReminders);
  return message.role === "user" ? blocks.filter((block) => !isInjected(block)) : blocks;
}

function isInjected(block: ContentBlock): boolean {
  return block.type === "text" && isInjectedText(String(block["text"]));
}

function withoutMark(block: ContentBlock): ContentBlock {
  const { cache_control: _mark, ...own } = block;
  return { ...own, type: block.type };
}

const REMINDERS_AT_THE_END =
  /(?:\n\n<system-reminder>\n(?:(?!<\/?system-reminder>)[^])*<\/system-reminder>)+\n?$/;

function withoutReminders(block: ContentBlock): ContentBlock {
  const { content } = block;
  if (block.type !== "tool_result" || typeof content !== "string") return block;
  return { ...block, content: content.replace(REMINDERS_AT_THE_END, "") };
}

function simplify(blocks: ContentBlock[]): string | ContentBlock[] {
  const [first, ...rest] = blocks;
  return first?.type === "text" && rest.length === 0 ? String(first["text"]) : blocks;
}
