import { withoutMessageMarks } from "../../core/requests/cache-marks.ts";
import type { ContentPart, Message } from "../../core/words/message.ts";
import type { TokenPrompt } from "../../core/ports/token-counter.ts";
import type { TranscriptEntry } from "../../core/words/transcript.ts";

/** Converts neutral messages to the API's, with call ids that it accepts. */
export type ToTranscript = (messages: readonly Message[]) => readonly TranscriptEntry[];

/**
 * A prompt in the form that the API counts. Undefined for a prompt that it refuses to count: without a message, with media
 * behind a URL, with a result without its call, or ending in an answer. Thinking is left out, since its signature is valid only
 * for what Claude Code sent.
 */
export function countRequest(
  { systemText, messages, tools }: TokenPrompt,
  model: string,
  toTranscript: ToTranscript,
): object | undefined {
  const spoken = withoutMessageMarks(messages).map(withoutThinking);
  const last = spoken.at(-1);
  if (!last || last.role === "assistant" || !spoken.every(isCountable) || !hasAllResults(spoken)) {
    return undefined;
  }
  return {
    model,
    ...(systemText.trim() !== "" && { system: systemText }),
    messages: toTranscript(spoken).map(({ role, content }) => ({ role, content })),
    ...(tools.list.length > 0 && {
      tools: tools.list.map(({ name, description, inputSchema }) => ({
        name,
        ...(description !== undefined && { description }),
        input_schema: inputSchema,
      })),
    }),
  };
}

function withoutThinking(message: Message): Message {
  if (message.role !== "assistant") return message;
  const content = message.content.filter(({ type }) => type !== "thinking" && type !== "redacted-thinking");
  return { ...message, content };
}

function isCountable({ role, content }: Message): boolean {
  return (role === "assistant" || content.length > 0) && content.every(isCountablePart);
}

function isCountablePart(part: ContentPart): boolean {
  switch (part.type) {
    case "text":
      return part.text.trim() !== "";
    case "image":
    case "document":
      return part.source.type !== "url";
    case "tool-result":
      return part.content.every(isCountablePart);
    default:
      return true;
  }
}

/** Whether calls and results are placed as the API requires: all results directly after the calls. */
function hasAllResults(messages: readonly Message[]): boolean {
  let open: string[] = [];
  for (const { role, content } of messages) {
    const results = content.flatMap((part) => (part.type === "tool-result" ? [part.callId] : []));
    if (role !== "tool" && open.length > 0) return false;
    for (const id of results) {
      if (!open.includes(id)) return false;
      open = open.filter((each) => each !== id);
    }
    if (role === "assistant")
      open = content.flatMap((part) => (part.type === "tool-call" ? [part.callId] : []));
  }
  return open.length === 0;
}
