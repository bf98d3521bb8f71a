import type { TranscriptEntry } from "../../../core/transcript.ts";
import type { UserContent } from "./user-content.ts";

/** Stands in Claude Code's own history for a message that it would not send. */
export const BLANK_PLACEHOLDER = "(blank message)";

/** Whether there is nothing in it but white space. */
export function isBlank(content: UserContent): boolean {
  if (typeof content === "string") return content.trim() === "";
  return content.every((block) => block.type === "text" && block.text.trim() === "");
}

/**
 * Request fields that deliver a blank message as it is. Claude Code answers such a message by itself or replaces it, so it is
 * given a placeholder instead and the request's messages are overridden. Tools are off, since a tool's result would be
 * overridden as well. The process is not to be used after this turn: its own history holds the placeholder.
 */
export function blankMessageFields(
  history: readonly TranscriptEntry[],
  content: UserContent,
  hasTools: boolean,
): Record<string, unknown> {
  return {
    messages: [
      ...history.map(({ role, content: said }) => ({ role, content: said })),
      { role: "user", content },
    ],
    ...(hasTools ? { tool_choice: { type: "none" } } : {}),
  };
}
