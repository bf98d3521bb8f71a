import { AppError } from "../../core/app-error.ts";
import { isTerminalEvent, type TerminalEvent, type TurnEvent } from "../../core/turn-event.ts";
import { formatAnswerHead, type ChatAnswer } from "./chat-answer.ts";
import { toFinishReason, type FinishReason } from "./finish-reason.ts";
import { formatChatUsage, type ChatUsageBody } from "./format-chat-usage.ts";

export interface ChatCompletionBody extends ReturnType<typeof formatAnswerHead> {
  readonly object: "chat.completion";
  readonly choices: [
    {
      readonly index: 0;
      readonly message: {
        readonly role: "assistant";
        readonly content: string;
        readonly refusal: null;
        readonly annotations: [];
        /** Claude's thinking, when there was any; not OpenAI's, but what most clients look for. */
        readonly reasoning_content?: string;
      };
      readonly logprobs: null;
      readonly finish_reason: FinishReason;
    },
  ];
  readonly usage: ChatUsageBody;
}

/**
 * Reads a turn to its end and makes one body of it.
 * @throws AppError when the turn failed; what it had said until then is dropped.
 */
export async function formatChatCompletion(
  events: AsyncIterable<TurnEvent>,
  answer: ChatAnswer,
): Promise<ChatCompletionBody> {
  const text: string[] = [];
  const reasoning: string[] = [];
  let end: TerminalEvent | undefined;
  for await (const event of events) {
    if (event.type === "text-delta") text.push(event.text);
    else if (event.type === "reasoning-delta") reasoning.push(event.text);
    else if (isTerminalEvent(event)) end = event;
  }
  if (end === undefined) throw new Error("A turn's events stopped without a terminal event.");
  if (end.type === "turn-error") throw new AppError(end.error);
  return {
    ...formatAnswerHead(answer),
    object: "chat.completion",
    choices: [
      {
        index: 0,
        message: {
          role: "assistant",
          content: text.join(""),
          refusal: null,
          annotations: [],
          ...(reasoning.length > 0 && { reasoning_content: reasoning.join("") }),
        },
        logprobs: null,
        finish_reason: toFinishReason(end.reason),
      },
    ],
    usage: formatChatUsage(end.usage),
  };
}
