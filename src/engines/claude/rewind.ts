import type { Query } from "@anthropic-ai/claude-agent-sdk";

import { isRecord } from "../../lib/is-record.ts";

/** Makes an idle process forget its last message, with all that came after it. False when it still holds it. */
export async function rewind(query: Query, messageId: string): Promise<boolean> {
  try {
    const answer: unknown = await (query as unknown as Rewinder).request({
      subtype: "rewind_conversation",
      target_message_uuid: messageId,
      last_seen_user_message_uuid: messageId,
    });
    const outcome = isRecord(answer) ? answer["response"] : undefined;
    return isRecord(outcome) && outcome["rewound"] === true;
  } catch {
    return false;
  }
}

/** The Agent SDK's types do not have this request. Proof for the cast: the contract test of refused messages. */
interface Rewinder {
  request(request: {
    readonly subtype: "rewind_conversation";
    readonly target_message_uuid: string;
    readonly last_seen_user_message_uuid: string;
  }): Promise<unknown>;
}
