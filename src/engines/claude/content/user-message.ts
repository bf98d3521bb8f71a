import { randomUUID } from "node:crypto";

import type { SaidMessage } from "../claude-messages.ts";
import type { UserContent } from "./user-content.ts";

/** A message to a live process. */
export function userMessage(content: UserContent, isCommand: boolean): SaidMessage & { uuid: string } {
  // Proof for the cast: these are blocks of the Messages API; its types list only the media types that it accepts today.
  const blocks = content as SaidMessage["message"]["content"];
  return {
    type: "user",
    uuid: randomUUID(),
    parent_tool_use_id: null,
    // The text is only text, even in a process that runs commands.
    ...(!isCommand && { client_composed: true as const }),
    message: { role: "user", content: blocks },
  };
}
