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

const REMARK = "I write it.";

/**
 * The model of a program's session: in the first round it calls a tool; in the second one it is asked too quickly and then silent
 * for ten seconds; in the third one the account has reached a limit. It sees which round it is in what it is sent.
 */
export function playProgramRounds(call: Block, silence: Silence, account: SessionAccount): Responder {
  let isTooQuick = true;
  return (request) => {
    const round = roundOf(request);
    switch (round) {
      case 0:
        return isAfterCall(request) ? text(ANSWERS[0]) : reply({ blocks: [textBlock(REMARK), call] });
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
  if (isAfterCall(request)) return 0;
  const said = JSON.stringify(lastBlocksOf(request));
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
