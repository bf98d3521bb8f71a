import { createHash } from "node:crypto";

import type { Message } from "./message.ts";

/** What the Messages API takes as the id of a call. */
const VALID_ID = /^[a-zA-Z0-9_-]{1,256}$/;

/**
 * A client's history with ids that the Messages API takes: of its own alphabet, each for one call only. OpenAI's API is not as
 * strict, so clients number their calls anew in every round, or put dots into the ids.
 */
export function uniqueCallIds(messages: readonly Message[]): readonly Message[] {
  const used = new Set<string>();
  /** From the client's id to what stands for its latest call. */
  const current = new Map<string, string>();
  return messages.map((message): Message => {
    switch (message.role) {
      case "assistant":
        return {
          ...message,
          content: message.content.map((part) => {
            if (part.type !== "tool-call") return part;
            const callId = freeId(part.callId, used);
            used.add(callId);
            current.set(part.callId, callId);
            return { ...part, callId };
          }),
        };
      case "tool":
        return {
          ...message,
          content: message.content.map((part) => ({
            ...part,
            callId: current.get(part.callId) ?? part.callId,
          })),
        };
      default:
        return message;
    }
  });
}

function freeId(id: string, used: ReadonlySet<string>): string {
  const base = VALID_ID.test(id) ? id : `call_${createHash("sha256").update(id).digest("hex").slice(0, 24)}`;
  let free = base;
  for (let count = 2; used.has(free); count += 1) free = `${base.slice(0, 240)}_${count}`;
  return free;
}
