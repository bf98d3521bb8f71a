import { AppError } from "../../core/words/app-error.ts";
import { isTerminalEvent, type TerminalEvent, type TurnEvent } from "../../core/words/turn-event.ts";
import { BlockWriter } from "./block-writer.ts";
import { formatStop } from "./format-stop.ts";
import { formatUsage } from "./format-usage.ts";
import { isAnswer } from "./is-answer.ts";
import { BlockJoiner, type WholeBlock } from "./join-blocks.ts";
import { formatMessageHead, type MessageHead } from "./message-head.ts";
import type { ThinkingDisplay } from "./parse-sampling.ts";

type AnswerBody = ReturnType<typeof formatMessageHead> &
  ReturnType<typeof formatStop> & {
    readonly content: readonly WholeBlock[];
    readonly usage: ReturnType<typeof formatUsage>;
  };

/**
 * Reads a turn to its end and makes one message of it.
 * @throws AppError when the turn failed; what it had said until then is dropped.
 */
export async function formatMessage(
  events: AsyncIterable<TurnEvent>,
  head: MessageHead,
  thinking: ThinkingDisplay,
): Promise<AnswerBody> {
  const writer = new BlockWriter(thinking);
  const joiner = new BlockJoiner();
  let end: TerminalEvent | undefined;
  for await (const event of events) {
    for (const blockEvent of writer.write(event)) joiner.add(blockEvent);
    if (isTerminalEvent(event)) end = event;
  }
  if (end === undefined) throw new Error("A turn's events stopped without a terminal event.");
  if (!isAnswer(end)) throw new AppError(end.error);
  const stop = formatStop(end);
  return {
    ...formatMessageHead(head),
    content: joiner.blocks(end.type === "turn-end" && end.reason === "length"),
    ...stop,
    usage: formatUsage(end.usage),
  };
}
