import { isRecord } from "../../lib/is-record.ts";
import type { ContentPart, Message } from "../../core/words/message.ts";
import type { StoredTurn } from "../../core/ports/conversation-store.ts";
import type { TranscriptEntry } from "../../core/words/transcript.ts";

/** What was said and done, in a form for people. */
export type ShownStep =
  | { readonly type: "text" | "thinking"; readonly text: string }
  | { readonly type: "document"; readonly title?: string }
  | ImageStep
  | ToolStep;

export type ImageStep =
  | { readonly type: "image"; readonly mediaType: string; readonly data: string }
  | { readonly type: "image"; readonly address: string };

export interface ToolStep {
  readonly type: "tool";
  readonly id: string;
  readonly name: string;
  readonly input: string;
  readonly result?: ToolOutcome;
}

interface ToolOutcome {
  readonly output: string;
  readonly isError: boolean;
  readonly images: readonly ImageStep[];
}

/** The parts of a message that a client sent. */
export function stepsOfMessage({ content }: Message): readonly ShownStep[] {
  return content.map(stepOfPart);
}

/** What Claude said and did in a turn: by its transcript, or without one as the client saw it. */
export function stepsOfTurn({ transcript, answer }: StoredTurn): readonly ShownStep[] {
  if (!transcript?.length) return answer ? stepsOfMessage(answer) : [];
  const results = new Map(transcript.flatMap(resultsIn));
  return transcript.flatMap((entry) => stepsOfEntry(entry, results));
}

function stepOfPart(part: ContentPart): ShownStep {
  switch (part.type) {
    case "text":
    case "thinking":
      return { type: part.type, text: part.text };
    case "redacted-thinking":
      return { type: "thinking", text: "" };
    case "document":
      return { type: "document", ...(part.title !== undefined && { title: part.title }) };
    case "image":
      return part.source.type === "url"
        ? { type: "image", address: part.source.url }
        : { type: "image", mediaType: part.source.mediaType, data: part.source.data };
    case "tool-call":
      return { type: "tool", id: part.callId, name: part.name, input: part.arguments };
    case "tool-result": {
      const steps = part.content.map(stepOfPart);
      const result = { output: textOf(steps), isError: part.isError === true, images: imagesOf(steps) };
      return { type: "tool", id: part.callId, name: "", input: "", result };
    }
  }
}

/** A transcript is in the form of the Messages API, and not checked: what is unknown in it is left out. */
function stepsOfEntry(
  { role, content }: TranscriptEntry,
  results: ReadonlyMap<string, ToolOutcome>,
): readonly ShownStep[] {
  if (typeof content === "string") return role === "assistant" ? [{ type: "text", text: content }] : [];
  if (role === "user") return [];
  return content.filter(isRecord).flatMap((block): readonly ShownStep[] => {
    const { type, text, thinking, id, name, input } = block;
    if (type === "text" && typeof text === "string") return [{ type: "text", text }];
    if (type === "thinking" && typeof thinking === "string") return [{ type: "thinking", text: thinking }];
    if (type !== "tool_use" || typeof id !== "string" || typeof name !== "string") return [];
    const result = results.get(id);
    return [{ type: "tool", id, name, input: JSON.stringify(input ?? {}), ...(result && { result }) }];
  });
}

function resultsIn({ role, content }: TranscriptEntry): readonly (readonly [string, ToolOutcome])[] {
  if (role !== "user" || typeof content === "string") return [];
  return content.filter(isRecord).flatMap((block) => {
    const { type, tool_use_id: id } = block;
    if (type !== "tool_result" || typeof id !== "string") return [];
    const steps = stepsOfResult(block["content"]);
    const outcome = { output: textOf(steps), isError: block["is_error"] === true, images: imagesOf(steps) };
    return [[id, outcome] as const];
  });
}

function stepsOfResult(content: unknown): readonly ShownStep[] {
  if (typeof content === "string") return [{ type: "text", text: content }];
  if (!Array.isArray(content)) return [];
  return content.filter(isRecord).flatMap((block): readonly ShownStep[] => {
    const { type, text, source } = block;
    if (type === "text" && typeof text === "string") return [{ type: "text", text }];
    if (type !== "image" || !isRecord(source)) return [];
    const { media_type: mediaType, data, url } = source;
    if (typeof url === "string") return [{ type: "image", address: url }];
    return typeof mediaType === "string" && typeof data === "string"
      ? [{ type: "image", mediaType, data }]
      : [];
  });
}

function textOf(steps: readonly ShownStep[]): string {
  return steps.map((step) => (step.type === "text" ? step.text : "")).join("");
}

function imagesOf(steps: readonly ShownStep[]): readonly ImageStep[] {
  return steps.filter((step) => step.type === "image");
}
