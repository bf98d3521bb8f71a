import {
  type AnswerMessage,
  type AnswerPart,
  type InputMessage,
  type InputPart,
  type Message,
  type ToolMessage,
  type ToolResultPart,
} from "../../core/words/message.ts";
import type { MessageBody } from "./messages-request-schema.ts";
import { parameterError, type Path } from "./parameter-error.ts";
import { parseAssistantBlock, parseUserBlock } from "./parse-blocks.ts";

interface ParsedMessages {
  /** What the `system` messages say that come before all others. */
  readonly leading: readonly InputMessage[];
  readonly messages: readonly Message[];
}

/** What comes between two answers, or before the first. */
interface Run {
  readonly results: PlacedResult[];
  readonly inputs: InputMessage[];
}

/**
 * Reads the history. The API joins consecutive messages of one role, so an answer in several messages becomes one. Tool results
 * may also come in several messages; wherever they are, they are put first, each as a message of its own.
 * @throws RequestError naming what is wrong. With `isContinuation`, results may come before the first answer: their calls are on
 * record.
 */
export function parseMessages(bodies: readonly MessageBody[], isContinuation: boolean): ParsedMessages {
  const messages: Message[] = [];
  let answer: { readonly index: number; readonly content: AnswerPart[] } | undefined;
  let run: Run = { results: [], inputs: [] };

  function closeRun(): void {
    // There is no answer before them: the results belong to calls in the conversation's record.
    const isOnRecord = answer === undefined && isContinuation;
    checkToolResults(answer, run.results, isOnRecord);
    if (answer) messages.push({ role: "assistant", content: answer.content } satisfies AnswerMessage);
    messages.push(
      ...run.results.map(({ result }): ToolMessage => ({ role: "tool", content: [result] })),
      ...run.inputs,
    );
    run = { results: [], inputs: [] };
  }

  bodies.forEach((body, index) => {
    if (body.role !== "assistant") return readInput(body, index, run);
    const content = readAnswer(body, index);
    if (answer && run.results.length === 0 && run.inputs.length === 0) {
      answer.content.push(...content);
      return;
    }
    closeRun();
    answer = { index, content: [...content] };
  });
  closeRun();
  return splitSystem(messages);
}

function readInput({ role, content }: MessageBody, index: number, run: Run): void {
  if (content.length === 0) {
    throw parameterError(["messages", index], `${role} messages must have non-empty content`);
  }
  const path = ["messages", index, "content"];
  const blocks = typeof content === "string" ? [{ type: "text", text: content }] : content;
  const inputs: InputPart[] = [];
  blocks.forEach((block, blockIndex) => {
    const blockPath = [...path, blockIndex];
    if (role === "system" && block.type !== "text") {
      throw parameterError(blockPath, `\`${block.type}\` blocks can not be in \`system\` messages`);
    }
    for (const part of parseUserBlock(block, blockPath)) {
      if (part.type === "tool-result") run.results.push({ result: part, path: blockPath });
      else inputs.push(part);
    }
  });
  if (inputs.length > 0) run.inputs.push({ role: role === "system" ? "system" : "user", content: inputs });
}

function readAnswer({ content }: MessageBody, index: number): readonly AnswerPart[] {
  if (typeof content === "string") return content === "" ? [] : [{ type: "text", text: content }];
  return content.flatMap((block, blockIndex) =>
    parseAssistantBlock(block, ["messages", index, "content", blockIndex]),
  );
}

/** If all are system messages, the last one stays, so that there is something to answer. */
function splitSystem(messages: readonly Message[]): ParsedMessages {
  const firstOther = messages.findIndex((message) => message.role !== "system");
  const systemCount = firstOther === -1 ? messages.length - 1 : firstOther;
  return {
    leading: messages
      .slice(0, systemCount)
      .flatMap((message) => (message.role === "system" ? [message] : [])),
    messages: messages.slice(systemCount),
  };
}

/** A tool result and its place in the request. */
interface PlacedResult {
  readonly result: ToolResultPart;
  readonly path: Path;
}

/**
 * Checks that the results match the calls of the preceding answer exactly, each once; two calls with the same id, which the API
 * would refuse, get two results. With `isOnRecord` the answer is not in the request, so only duplicate results can be found.
 * @throws RequestError worded like the API's
 */
function checkToolResults(
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
