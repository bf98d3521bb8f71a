import type { AnswerPart, ToolResultPart } from "../../core/words/message.ts";
import { parameterError, type Path } from "./parameter-error.ts";

/** A tool result and where it stands in the request. */
export interface PlacedResult {
  readonly result: ToolResultPart;
  readonly path: Path;
}

/**
 * Makes sure that results answer exactly the calls of the answer before them, each once; two calls of one id, which the API would
 * refuse, have two results. With `isOnRecord` the answer is not in the request, and only a doubled result can be seen.
 * @throws RequestError in the API's words
 */
export function checkToolResults(
  answer: { readonly index: number; readonly content: readonly AnswerPart[] } | undefined,
  results: readonly PlacedResult[],
  isOnRecord: boolean,
): void {
  const calls = answer?.content.filter((part) => part.type === "tool-call").map((call) => call.callId) ?? [];
  const path = ["messages", answer?.index ?? 0];
  const left = new Map<string, number>();
  for (const id of calls) left.set(id, (left.get(id) ?? 0) + 1);

  const seen = new Set<string>();
  for (const { result, path: resultPath } of results) {
    const { callId } = result;
    if (!isOnRecord && !left.has(callId)) {
      throw parameterError(
        resultPath,
        `unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${callId}. Each \`tool_result\` block must have a corresponding \`tool_use\` block in the previous message.`,
      );
    }
    if (isOnRecord ? seen.has(callId) : left.get(callId) === 0) {
      throw parameterError(
        resultPath,
        `each tool_use must have a single result. Found multiple \`tool_result\` blocks with id: ${callId}`,
      );
    }
    seen.add(callId);
    left.set(callId, (left.get(callId) ?? 0) - 1);
  }

  const missing = [...left].flatMap(([id, count]) => (count > 0 ? [id] : []));
  if (missing.length > 0) {
    throw parameterError(
      path,
      `\`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${missing.join(", ")}. Each \`tool_use\` block must have a corresponding \`tool_result\` block in the next message.`,
    );
  }
}
