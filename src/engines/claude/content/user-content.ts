import type { InputPart, Message } from "../../../core/words/message.ts";
import {
  isPlainText,
  type TextBlock,
  toInputBlock,
  toToolResultBlock,
  type UserBlock,
} from "./content-blocks.ts";

/** The content of a user message in the Anthropic Messages API. */
export type UserContent = string | readonly UserBlock[];

/**
 * New messages as the content of one user message, with tool results first, as the API requires. A single text stays a string, as
 * Claude Code itself writes it; several become one block each, in order. The Messages API has no system role inside a
 * conversation, so a system or developer message after the first user message becomes a marked block in its place. The API also
 * refuses texts of white space alone: they are left out, and what is left may be an empty string. `instructions` are Turnpike's
 * own words for this turn. They are marked in the same way and come before the client's words.
 */
export function toUserContent(
  messages: readonly Message[],
  instructions: readonly string[] = [],
): UserContent {
  const results = messages.flatMap((message) =>
    message.role === "tool" ? message.content.map(toToolResultBlock) : [],
  );
  const said = messages.flatMap((message): UserBlock[] => {
    if (message.role === "system") {
      const parts = message.content.filter((part) => !isBlankText(part));
      return parts.map((part) =>
        part.type === "text" ? { ...toInputBlock(part), ...markSystem(part.text) } : toInputBlock(part),
      );
    }
    return message.role === "user" ? message.content.map(toInputBlock) : [];
  });
  const words = instructions.map(markSystem);
  const blocks = [...results, ...words, ...said.filter((block) => !isBlankText(block))];
  const [first] = blocks;
  if (first === undefined) return "";
  return blocks.length === 1 && isPlainText(first) ? first.text : blocks;
}

/** How Claude is told what neither the user nor an answer says. */
export function markSystem(text: string): TextBlock {
  return { type: "text", text: `<system>\n${text}\n</system>` };
}

function isBlankText(block: UserBlock | InputPart): boolean {
  return block.type === "text" && block.text.trim() === "";
}
