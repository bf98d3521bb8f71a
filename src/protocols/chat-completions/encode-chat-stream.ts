import { toAppError } from "../../core/words/app-error.ts";
import { formatOpenAiErrorBody } from "../openai-error.ts";

/**
 * Chunks as server-sent events, one string per event, closed by `[DONE]`. `[DONE]` also follows an error: OpenAI's SDKs
 * stop at the error and never see it, simpler clients wait for it. A throw becomes an error event too; `onFailure` gets
 * what was thrown.
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
