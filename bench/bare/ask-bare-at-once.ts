import { availableParallelism } from "node:os";

import { Semaphore } from "../../src/lib/semaphore.ts";
import { AnswerTimer } from "../measure/timed-answer.ts";
import type { BareSession } from "./bare-session.ts";

/**
 * When each of these sessions, which start now, has answered. As a careful program would do it: to start more processes at a
 * time than there are cores is slower for all.
 */
export async function askBareAtOnce(
  starts: readonly (() => BareSession)[],
  words: number,
): Promise<readonly number[]> {
  const places = new Semaphore(availableParallelism());
  const { signal } = new AbortController();
  const ask = async (start: () => BareSession) => {
    const timer = new AnswerTimer();
    const leave = await places.acquire(signal);
    const session = start();
    const { endMs } = await session.ask(words, timer).finally(leave);
    return { endMs, end: session.end() };
  };
  const answers = await Promise.all(starts.map(ask));
  await Promise.all(answers.map(({ end }) => end));
  return answers.map(({ endMs }) => endMs);
}
