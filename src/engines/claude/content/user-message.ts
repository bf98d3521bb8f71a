import { randomUUID } from "node:crypto";

import type { SaidMessage } from "../claude-messages.ts";
import type { UserContent } from "./user-content.ts";

/** What is said to a live process. */
export function userMessage(content: UserContent, isCommand: boolean): SaidMessage & { uuid: string } {
  // Proof for the cast: these are blocks of the Messages API; its types only list the media types that it takes today.
  const blocks = content as SaidMessage["message"]["content"];
  return {
    type: "user",
    uuid: randomUUID(),
    parent_tool_use_id: null,
    // Its text is only text, also in a process that knows commands.
    ...(!isCommand && { client_composed: true as const }),
    message: { role: "user", content: blocks },
  };
}
