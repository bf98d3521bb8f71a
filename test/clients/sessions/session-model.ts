import { httpError, pause, ping } from "../../../src/demo/build-fault.ts";
import { reply, text, textBlock } from "../../../src/demo/build-reply.ts";
import type { RecordedRequest } from "../../../src/demo/recorded-request.ts";
import type { Block, MessageReply } from "../../../src/demo/reply.ts";
import type { Responder } from "../../../src/demo/script.ts";
import { toolRoundsOf } from "../tool-rounds.ts";

/** Where the model is silent for ten seconds. */
export const SILENCES = [
  "before the headers",
  "before the first word",
  "with pings",
  "while thinking",
] as const;
export type Silence = (typeof SILENCES)[number];

export const ANSWER = "The notes are written.";
export const TITLE = "Notes";
/** What the model says between its calls; on the newest models it comes as thinking. */
export const remarkOf = (round: number): string => `Remark ${round} on the notes.`;

const SILENCE_MS = 10_000;
const LIMITED_ROUND = 1;
const SILENT_ROUND = 2;

/** The mark by which a request is known to be of this session; it stands in what the user asks. */
export function markOf(sessionName: string): string {
  return `[${sessionName}]`;
}

/** The model of all sessions: it knows each by its mark. */
export function playSessions(scripts: ReadonlyMap<string, Responder>): Responder {
  return (request) => {
    const found = [...scripts].find(([name]) => isOf(request, name));
    return found ? found[1](request) : httpError(404, { message: "A request of no session" });
  };
}

/**
 * Rounds of tools; a request without tools gets a title. The second round is refused once for being too quick, and in the third
 * one the model is silent for ten seconds.
 */
export function playRoundsSlowly(rounds: readonly (readonly Block[])[], silence: Silence): Responder {
  let isLimited = true;
  return (request) => {
    if ((request.body.tools ?? []).length === 0) return text(TITLE);
    const round = toolRoundsOf(request).length;
    if (round === LIMITED_ROUND && isLimited) {
      isLimited = false;
      return httpError(429, { message: "Too quick" }, { "retry-after": "1" });
    }
    const blocks = rounds[round];
    if (!blocks) return text(ANSWER);
    const remark = textBlock(remarkOf(round));
    return round === SILENT_ROUND
      ? silently(silence, remark, blocks)
      : reply({ blocks: [remark, ...blocks] });
  };
}

export function isOf(request: RecordedRequest, sessionName: string): boolean {
  return JSON.stringify(request.body.messages).includes(markOf(sessionName));
}

/** A reply with ten seconds of silence in it. */
export function silently(silence: Silence, remark: Block, blocks: readonly Block[]): MessageReply {
  switch (silence) {
    case "before the headers":
      return reply({ beforeHeaders: [pause(SILENCE_MS)], blocks: [remark, ...blocks] });
    case "before the first word":
      return reply({ beforeStart: [pause(SILENCE_MS)], blocks: [remark, ...blocks] });
    case "with pings":
      return reply({ blocks: [pause(SILENCE_MS / 2), ping(), pause(SILENCE_MS / 2), remark, ...blocks] });
    case "while thinking":
      return reply({ blocks: [remark, pause(SILENCE_MS), ...blocks] });
  }
}
