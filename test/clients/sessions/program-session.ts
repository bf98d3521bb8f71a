import type { Block } from "../../../src/demo/reply.ts";
import type { Program } from "../find-program.ts";
import type { ProgramEnd } from "../run-program.ts";
import type { SessionPlace } from "./session.ts";

/** What a program needs for its session; each prompt is given to it later. */
export type ProgramPlace = Omit<SessionPlace, "prompt">;

/** What its user was left with after one prompt. */
export interface RoundEnd {
  /** What was shown as the answer; empty where there was none. */
  readonly answer: string;
  /** All that was shown, errors too. */
  readonly shown: string;
  /** Whether the program says by its exit code that all went well. */
  readonly isGood: boolean;
  /** Whom it called besides the server. */
  readonly strangers: readonly string[];
}

/** A program at the command line, with a folder and settings of its own. */
export interface ProgramSession {
  /** Starts it with this prompt and waits until it has ended. All but the first go on with the conversation. */
  say(prompt: string): Promise<RoundEnd>;
}

export interface ProgramClient {
  readonly name: string;
  /** How it is called to write this into a file by a tool of its own. */
  write(file: string, content: string): Block;
  /** How a request in its protocol asks for a call of that tool. */
  readonly toolChoice: unknown;
  /** Sent with every request of a conversation; undefined where the program has no setting for it. */
  readonly temperature?: number;
  /** How often at most it asks when the account has reached a limit. */
  readonly triesAtLimit: number;
  /** Where it leaves a prompt that got no answer out of what it sends from then on. */
  readonly forgetsUnanswered?: true;
  open(program: Program, place: ProgramPlace): Promise<ProgramSession>;
}

/** What the user was left with, by what the program has written: as a rule its answer is all of its output. */
export function roundEnd(
  { code, stdout, stderr }: ProgramEnd,
  strangers: readonly string[],
  answer = stdout,
): RoundEnd {
  return { answer, shown: `${stdout}\n${stderr}`, isGood: code === 0, strangers };
}
