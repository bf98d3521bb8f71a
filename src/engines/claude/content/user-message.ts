import type { UUID } from "node:crypto";

import type { SaidMessage } from "../claude-messages.ts";
import type { UserContent } from "./user-content.ts";

export interface MessageOptions {
  /** Claude Code is to act on the text as on one that a person has typed. */
  readonly isCommand?: boolean;
  /** By which it can be taken back. Claude Code reports on a message with an id in lines of their own, before it asks the model. */
  readonly id?: UUID | undefined;
}

/** A message to a live process. */
export function userMessage(content: UserContent, { isCommand = false, id }: MessageOptions): SaidMessage {
  // Proof for the cast: these are blocks of the Messages API; its types list only the media types that it accepts today.
  const blocks = content as SaidMessage["message"]["content"];
  return {
    type: "user",
    ...(id !== undefined && { uuid: id }),
    parent_tool_use_id: null,
    // The text is only text, even in a process that runs commands.
    ...(!isCommand && { client_composed: true as const }),
    message: { role: "user", content: blocks },
  };
}
