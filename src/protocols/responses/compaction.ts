import { uniquePartOf } from "../../core/words/ids.ts";
import { z } from "zod";

import type { JsonObject } from "../../core/words/client-tool.ts";
import { NO_CLIENT_TOOLS } from "../../core/words/client-tool.ts";
import { type Message, toolCallsOf } from "../../core/words/message.ts";
import { onlyWriting } from "../../core/turn/only-writing.ts";
import type { TurnRequest } from "../../core/words/turn-request.ts";
import type { Usage } from "../../core/words/usage.ts";
import { parseBody } from "../parse-body.ts";
import type { ResponseHead } from "./response-head.ts";
import { formatResponseUsage } from "./output/response-usage.ts";

/** The fields of the body that are read here; `input` and the rest are checked like those of a response. */
export const compactionSchema = z.looseObject({
  model: z.string().min(1),
  input: z.unknown().optional(),
  previous_response_id: z.unknown().optional(),
  instructions: z.unknown().optional(),
  tools: z.unknown().optional(),
});

const ASSIGNMENT = `Write a summary of this whole conversation up to here. It will replace the conversation: whoever goes on from it sees the summary and nothing else of what was said. So keep all that is needed to go on without asking again:

- what the person wants, in their own words where the wording matters, and what they have decided, corrected or ruled out;
- what was done and found, step by step where it matters: files with their paths, commands, names, numbers, code and results that are still needed, copied exactly;
- what went wrong and how it was dealt with;
- what is in work at this moment, what is still open, and the next step.

Leave out greetings, repetition and what has been overtaken. Write plain, dense text with short headings. Do not answer or continue the conversation, do not use tools, and say nothing before or after the summary.`;

/** The last message of the turn; everything before it is to be summarized. */
const ASSIGNMENT_MESSAGE: Message = { role: "user", content: [{ type: "text", text: ASSIGNMENT }] };

const NO_RESULT = "There is no result yet.";

/**
 * The request for a response to what is to be compacted. A conversation that is too long even to be summarized loses its oldest
 * messages.
 * @throws RequestError when no model is named
 */
export function parseCompactRequest(body: unknown): JsonObject {
  const { model, input, previous_response_id, instructions, tools } = parseBody(compactionSchema, body);
  const given = { input, previous_response_id, instructions, tools };
  const present = Object.entries(given).filter(([, value]) => value !== undefined && value !== null);
  return { ...Object.fromEntries(present), model, store: false, truncation: "auto" };
}

/** The turn in which Claude summarizes the conversation that this request would have continued. */
export function toSummaryRequest(request: TurnRequest): TurnRequest {
  const { turnId, principalId, protocol, target, systemText, messages, timeoutMs } = request;
  return {
    turnId,
    principalId,
    protocol,
    target: onlyWriting(target),
    systemText,
    messages: [...messages, ...openResults(messages), ASSIGNMENT_MESSAGE],
    sampling: { effort: "low" },
    tools: NO_CLIENT_TOOLS,
    ...(timeoutMs !== undefined && { timeoutMs }),
  };
}

/**
 * The answer. Its only item stands for everything before it. OpenAI's may repeat the user's messages first, but OpenAI's Python
 * client has no type for those.
 */
export function formatCompaction(
  head: Pick<ResponseHead, "id" | "turnId" | "createdAt" | "seal">,
  summary: string,
  usage: Usage,
): JsonObject {
  return {
    id: head.id,
    object: "response.compaction",
    created_at: Math.floor(head.createdAt / 1000),
    output: [formatCompactionItem(head, summary)],
    usage: formatResponseUsage(usage),
  };
}

function formatCompactionItem(
  { turnId, seal }: Pick<ResponseHead, "turnId" | "seal">,
  summary: string,
): JsonObject {
  return {
    id: `cmp_${uniquePartOf(turnId)}`,
    type: "compaction",
    encrypted_content: seal({ summary }),
  };
}

/** Results for open calls: Claude accepts no other message while calls have no result. */
function openResults(messages: readonly Message[]): readonly Message[] {
  return toolCallsOf(messages.at(-1)).map(({ callId }) => ({
    role: "tool",
    content: [{ type: "tool-result", callId, content: [{ type: "text", text: NO_RESULT }] }],
  }));
}
