import { httpError } from "../../../src/demo/build-fault.ts";
import { reply, text, textBlock } from "../../../src/demo/build-reply.ts";
import { blocksOf } from "../../../src/demo/messages-body.ts";
import type { RecordedRequest } from "../../../src/demo/recorded-request.ts";
import type { Block } from "../../../src/demo/reply.ts";
import type { Responder } from "../../../src/demo/script.ts";
import type { SessionAccount } from "./session-accounts.ts";
import { silently, TITLE, type Silence } from "./session-model.ts";

/** What the user says in the four rounds. */
export const PROMPTS = [
  "Write a note.",
  "Take your time.",
  "Can you still hear me?",
  "What have we done?",
] as const;

/** What the model answers in each; in the third one the account has reached a limit instead. */
export const ANSWERS = ["The note is written.", "That took its time.", undefined, "All of it."] as const;

/** What the model says instead of calling the tool that it must call; nobody reads it. */
export const EXCUSE = "I would rather talk about it.";
const REMARK = "I write it.";
/** What Turnpike says after an answer without the call. */
const ASKED_AGAIN = "Your answer had no tool call";

/**
 * The model of a program's session: in the first round it must call a tool, and does so when it is asked once more; in the second one it is asked too quickly and then silent
 * for ten seconds; in the third one the account has reached a limit. It sees which round it is in what it is sent.
 */
export function playProgramRounds(call: Block, silence: Silence, account: SessionAccount): Responder {
  let isWilling = false;
  let isTooQuick = true;
  return (request) => {
    const round = roundOf(request);
    switch (round) {
      case 0:
        if (isAfterCall(request)) return text(ANSWERS[0]);
        if (isWilling) return reply({ blocks: [textBlock(REMARK), call] });
        isWilling = true;
        return text(EXCUSE);
      case 1:
        if (!isTooQuick) return silently(silence, textBlock(ANSWERS[1]), []);
        isTooQuick = false;
        return httpError(429, { message: "Too quick" }, { "retry-after": "1" });
      case 2:
        return account.limit();
      case 3:
        return text(ANSWERS[3]);
      default:
        return text(TITLE);
    }
  };
}

/** Undefined for what a program asks beside the rounds, such as a title. */
export function roundOf(request: RecordedRequest): number | undefined {
  if ((request.body.tools ?? []).length === 0) return undefined;
  const said = JSON.stringify(lastBlocksOf(request));
  if (isAfterCall(request) || said.includes(ASKED_AGAIN)) return 0;
  const round = PROMPTS.findLastIndex((prompt) => said.includes(prompt));
  return round < 0 ? undefined : round;
}

function isAfterCall(request: RecordedRequest): boolean {
  return lastBlocksOf(request).some(({ type }) => type === "tool_result");
}

function lastBlocksOf({ body }: RecordedRequest) {
  const last = body.messages.findLast(({ role }) => role === "user");
  return last ? blocksOf(last) : [];
}
