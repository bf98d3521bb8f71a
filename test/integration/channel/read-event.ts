import { reply, toolUse } from "../../../src/demo/build-reply.ts";
import { blocksOf } from "../../../src/demo/messages-body.ts";
import type { RecordedRequest } from "../../../src/demo/recorded-request.ts";
import type { Reply, Step } from "../../../src/demo/reply.ts";

export const REPLY_TOOL = "mcp__turnpike__reply";

export interface SeenEvent {
  readonly requestId: string;
  readonly conversation: string;
  readonly text: string;
}

/** The newest event that the model has been shown; undefined for a request that is about something else. */
export function eventOf(request: RecordedRequest): SeenEvent | undefined {
  const last = request.body.messages.findLast(({ role }) => role === "user");
  const texts = last ? blocksOf(last).map((block) => String(block["text"] ?? "")) : [];
  const tag =
    /<channel source="turnpike" request_id="([^"]*)" conversation="([^"]*)">\n([^]*?)\n<\/channel>/g;
  // Behind a turn that failed, the message holds its event, too.
  const found = [...texts.join("\n").matchAll(tag)].at(-1);
  if (!found) return undefined;
  const [, requestId = "", conversation = "", text = ""] = found;
  return { requestId, conversation, text };
}

export function requestIdOf(request: RecordedRequest): string {
  return eventOf(request)?.requestId ?? "none";
}

/** Claude answers the event of this request with these pieces, the last one done. */
export function answer(request: RecordedRequest, ...pieces: readonly (string | Step)[]): Reply {
  const request_id = requestIdOf(request);
  const last = pieces.findLastIndex((piece) => typeof piece === "string");
  return reply({
    blocks: pieces.map((piece, index) =>
      typeof piece === "string"
        ? toolUse(REPLY_TOOL, { request_id, text: piece, done: index === last })
        : piece,
    ),
  });
}

/** Whether it is the request that follows the results of tools. */
export function isAfterTools(request: RecordedRequest): boolean {
  const last = request.body.messages.findLast(({ role }) => role === "user");
  return last !== undefined && blocksOf(last).some(({ type }) => type === "tool_result");
}
