import { toAppError } from "../../core/words/app-error.ts";
import { chain, type Stage } from "../../lib/stage.ts";
import { formatOpenAiErrorBody } from "../openai-error.ts";
import type { StreamFormat } from "../stream-format.ts";

const DONE = "data: [DONE]\n\n";

/**
 * Chunks as server-sent events, one text for each, closed by `[DONE]`. `[DONE]` also follows an error: OpenAI's SDKs stop at the
 * error and never see it, simpler clients wait for it.
 */
export function encodeChatStream<Event>(chunks: Stage<Event, object>): StreamFormat<Event> {
  return {
    ...chain<Event, object, string>(chunks, {
      of: (chunk) => [encodeChatChunk(chunk)],
      end: () => [DONE],
    }),
    broken: (thrown) => encodeChatChunk(formatOpenAiErrorBody(toAppError(thrown).info)) + DONE,
  };
}

/** One server-sent event, whole. */
export function encodeChatChunk(data: object): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}
