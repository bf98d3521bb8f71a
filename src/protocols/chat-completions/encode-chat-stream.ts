import { toAppError } from "../../core/words/app-error.ts";
import { formatOpenAiErrorBody } from "../openai-error.ts";

/**
 * Encodes chunks as server-sent events, one string per event, ending with `[DONE]`. `[DONE]` also follows an error: OpenAI's SDKs
 * stop at the error and never see it, but simpler clients wait for it. A thrown error becomes an error event too and is passed to
 * `onFailure`.
 */
export async function* encodeChatStream(
  chunks: AsyncIterable<object>,
  onFailure: (thrown: unknown) => void,
): AsyncGenerator<string, void, undefined> {
  try {
    for await (const chunk of chunks) yield encodeChatChunk(chunk);
  } catch (thrown) {
    onFailure(thrown);
    yield encodeChatChunk(formatOpenAiErrorBody(toAppError(thrown).info));
  }
  yield "data: [DONE]\n\n";
}

/** One server-sent event, whole. */
export function encodeChatChunk(data: object): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}
