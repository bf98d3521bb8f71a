import {
  type AnswerPart,
  type Message,
  messageText,
  type TextPart,
  type ToolCallPart,
  type ToolMessage,
} from "../../core/words/message.ts";
import type { Markable } from "../../core/words/cache-mark.ts";
import { readMark } from "../cache-control.ts";
import { type FindFile, NO_FILES_GIVEN } from "../given-file.ts";
import {
  invalidValue,
  missingParameter,
  RequestError,
  unsupportedParameter,
  unsupportedValue,
} from "../request-error.ts";
import { CallLedger } from "./call-ledger.ts";
import type { ChatMessageBody } from "./chat-request-schema.ts";
import { parseAssistantContent, parseInputContent, parseTextContent } from "./parse-content-part.ts";

export interface ParsedMessages {
  readonly systemText: string;
  /** See `TurnRequest`. */
  readonly systemParts?: readonly TextPart[];
  readonly messages: readonly Message[];
}

export interface ChatMessagesOptions {
  /** The conversation is named, so results may come first, without the answer that made the calls. */
  readonly isContinuation?: boolean;
  /** The uploaded files that the messages name. */
  readonly findFile?: FindFile;
}

const ROLES = ["system", "developer", "user", "assistant", "tool", "function"];

/**
 * Takes the leading system and developer messages as system text. The rest stays in order, with texts verbatim and consecutive
 * answers joined. If all are system messages, the last one stays, so that there is something to answer.
 * @throws RequestError naming the part that is wrong or cannot be served.
 */
export function parseChatMessages(
  bodies: readonly ChatMessageBody[],
  { isContinuation = false, findFile = NO_FILES_GIVEN }: ChatMessagesOptions = {},
): ParsedMessages {
  const parser = new MessageParser(isContinuation, findFile);
  bodies.forEach((body, index) => parser.add(body, index));
  const parsed = parser.finish();
  const firstOther = parsed.findIndex((message) => message.role !== "system");
  const systemCount = firstOther === -1 ? parsed.length - 1 : firstOther;
  const leading = parsed.slice(0, systemCount);
  const systemParts = splitAtMarks(leading);
  return {
    systemText: leading.map(messageText).join("\n\n"),
    ...(systemParts.some(({ cache }) => cache) && { systemParts }),
    messages: parsed.slice(systemCount),
  };
}

/** The system text, a piece for each mark, up to it, and one for what is left. */
function splitAtMarks(messages: readonly Message[]): readonly TextPart[] {
  const pieces: TextPart[] = [];
  let text = "";
  const end = (marked: Markable) => {
    if (text.trim() !== "") pieces.push({ type: "text", text, ...marked });
    text = "";
  };
  for (const { content } of messages) {
    if (text !== "") text += "\n\n";
    for (const part of content) {
      if (part.type !== "text") continue;
      text += part.text;
      if (part.cache) end({ cache: part.cache });
    }
  }
  end({});
  return pieces;
}

/** A mark on a message stands on the last of its parts. */
function markEnd<Part extends object>(parts: readonly Part[], body: ChatMessageBody): readonly Part[] {
  const marked = readMark(body);
  return parts.map((part, index) => (index === parts.length - 1 ? { ...part, ...marked } : part));
}

class MessageParser {
  readonly #messages: Message[] = [];
  readonly #ledger: CallLedger;
  readonly #findFile: FindFile;
  /** The call of the last answer's `function_call`, until its result comes. */
  #functionCall: ToolCallPart | undefined;
  /** The parts of the answer that the message before belongs to. */
  #answer: AnswerPart[] | undefined;
  /** Whether anything but system messages has come. */
  #hasBegun = false;

  constructor(isContinuation: boolean, findFile: FindFile) {
    this.#ledger = new CallLedger(isContinuation);
    this.#findFile = findFile;
  }

  add(body: ChatMessageBody, index: number): void {
    const param = `messages[${index}]`;
    if (body.role !== "assistant") this.#answer = undefined;
    this.#hasBegun ||= body.role !== "system" && body.role !== "developer";
    switch (body.role) {
      case "system":
      case "developer":
        // Leading system messages do not begin the conversation, so results may still come first.
        if (this.#hasBegun) this.#close(index);
        this.#messages.push({ role: "system", content: markEnd(parseTextContent(body, param), body) });
        return;
      case "user":
        this.#close(index);
        this.#messages.push({
          role: "user",
          content: markEnd(parseInputContent(body, param, this.#findFile), body),
        });
        return;
      case "assistant":
        this.#close(index);
        this.#addAnswer(body, index);
        return;
      case "tool":
        this.#addResult(body, index);
        return;
      case "function":
        this.#addFunctionResult(body, index);
        return;
      default:
        throw invalidValue(`${param}.role`, body.role, ROLES);
    }
  }

  finish(): readonly Message[] {
    this.#close();
    return this.#messages;
  }

  #addAnswer(body: ChatMessageBody, index: number): void {
    const param = `messages[${index}]`;
    if (body.audio !== undefined && body.audio !== null) {
      throw unsupportedParameter(`${param}.audio`, "Claude does not speak; send what was said as 'content'.");
    }
    const calls = parseToolCalls(body, param);
    this.#ledger.open(calls);
    this.#functionCall = calls.length === 0 ? parseFunctionCall(body, index) : undefined;
    const parts: readonly AnswerPart[] = [
      ...parseAssistantContent(body, param),
      ...calls,
      ...(this.#functionCall ? [this.#functionCall] : []),
    ];
    const content = markEnd(parts, body);
    if (this.#answer) {
      this.#answer.push(...content);
      return;
    }
    this.#answer = [...content];
    this.#messages.push({ role: "assistant", content: this.#answer });
  }

  #addResult(body: ChatMessageBody, index: number): void {
    const param = `messages[${index}]`;
    const callId = body.tool_call_id;
    if (callId === undefined || callId === null) throw missingParameter(`${param}.tool_call_id`);
    const content = parseInputContent(body, param, this.#findFile);
    this.#closeFunctionCall();
    this.#ledger.answer(callId, index);
    const failed = body.is_error === true ? { isError: true as const } : {};
    const result = { type: "tool-result", callId, content, ...failed, ...readMark(body) } as const;
    this.#messages.push({ role: "tool", content: [result] });
  }

  /** A legacy result names only the function that it belongs to. */
  #addFunctionResult(body: ChatMessageBody, index: number): void {
    const param = `messages[${index}]`;
    if (body.name === undefined || body.name === null) throw missingParameter(`${param}.name`);
    const call = this.#functionCall;
    if (call?.name !== body.name) {
      throw new RequestError(
        null,
        "Invalid parameter: messages with role 'function' must be a response to a preceding message with a 'function_call' of the same name.",
        `messages.[${index}].role`,
      );
    }
    const content = body.content === null ? [] : parseInputContent(body, param, this.#findFile);
    this.#functionCall = undefined;
    this.#messages.push(resultOf(call, content));
  }

  #close(index?: number): void {
    this.#closeFunctionCall();
    this.#ledger.close(index);
  }

  /** OpenAI lets a `function_call` have no result, which many clients used for structured output; Claude needs one. */
  #closeFunctionCall(): void {
    if (!this.#functionCall) return;
    this.#messages.push(resultOf(this.#functionCall, []));
    this.#functionCall = undefined;
    this.#answer = undefined;
  }
}

function resultOf(call: ToolCallPart, content: ReturnType<typeof parseInputContent>): ToolMessage {
  return { role: "tool", content: [{ type: "tool-result", callId: call.callId, content }] };
}

/** The calls that an assistant message carries, their arguments verbatim, JSON or not. */
function parseToolCalls(body: ChatMessageBody, messageParam: string): readonly ToolCallPart[] {
  return (body.tool_calls ?? []).map((call, index) => {
    const param = `${messageParam}.tool_calls[${index}]`;
    const type = call.type ?? "function";
    if (type === "custom") {
      throw unsupportedValue(`${param}.type`, type, "Claude takes tools of type 'function' only.");
    }
    if (type !== "function") throw invalidValue(`${param}.type`, type, ["function", "custom"]);
    if (!call.function) throw missingParameter(`${param}.function`);
    const { name, arguments: text } = call.function;
    return { type: "tool-call", callId: call.id, name, arguments: text, ...readMark(call) };
  });
}

/**
 * The call in the legacy `function_call`, which has no id. Its id is made from its place in the conversation, so that it stays
 * the same whenever the client sends the history again.
 */
function parseFunctionCall(body: ChatMessageBody, index: number): ToolCallPart | undefined {
  if (!body.function_call) return undefined;
  const { name, arguments: text } = body.function_call;
  return { type: "tool-call", callId: `function_call_${index}`, name, arguments: text };
}
