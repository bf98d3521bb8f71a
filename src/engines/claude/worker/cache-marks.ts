import { isRecord } from "../../../lib/is-record.ts";
import type { TranscriptEntry } from "../../../core/words/transcript.ts";

/** What a request to the model may have marks in. */
export interface WorkerPrompt {
  readonly tools: readonly object[];
  readonly system: readonly object[];
  readonly messages: readonly { readonly role: string; readonly content: readonly unknown[] }[];
}

/** How many of the latest user messages are marked: the one before the last is where the turn before has written to. */
const MARKED_TURNS = 2;

/**
 * A request in which nothing is marked, with marks of ours: the API's prompt cache holds what stands before a marked block, and the
 * block. It takes four marks.
 */
export function withOwnMarks({ tools, system, messages }: WorkerPrompt): WorkerPrompt {
  const users = messages.flatMap(({ role }, index) => (role === "user" ? [index] : []));
  const marked = new Set(users.slice(-MARKED_TURNS));
  return {
    tools: markLast(tools),
    system: markLast(system),
    messages: messages.map(({ role, content }, index) => ({
      role,
      content: marked.has(index) ? markLast(content) : content,
    })),
  };
}

/** The mark of the request as a whole on its last block, where the API would put it; one that is there stays. */
export function withMarkAtEnd(prompt: WorkerPrompt, control: object): WorkerPrompt {
  const { messages } = prompt;
  const end = messages.length - 1;
  const marked = messages.map(({ role, content }, index) => ({
    role,
    content: index === end && !isMarked(content.at(-1)) ? markLast(content, control) : content,
  }));
  return { ...prompt, messages: marked };
}

function markLast<Content>(
  blocks: readonly Content[],
  control: object = { cache_control: { type: "ephemeral" } },
): readonly (Content | object)[] {
  const last = blocks.at(-1);
  return isRecord(last) ? [...blocks.slice(0, -1), { ...last, ...control }] : blocks;
}

export function isPromptMarked({ tools, system, messages }: WorkerPrompt): boolean {
  return [...tools, ...system, ...messages.flatMap(({ content }) => content)].some(isMarked);
}

/** Whether the block or one in it, as in a tool's result, is marked. */
export function isMarked(block: unknown): boolean {
  if (!isRecord(block)) return false;
  return block["cache_control"] !== undefined || (isResult(block) && block["content"].some(isMarked));
}

export function entryBlocks({ content }: TranscriptEntry): readonly unknown[] {
  return typeof content === "string" ? [{ type: "text", text: content }] : content;
}

/** Marks belong to one request. */
export function unmarkedEntries(entries: readonly TranscriptEntry[]): readonly TranscriptEntry[] {
  return entries.map((entry) => {
    if (typeof entry.content === "string" || !entry.content.some(isMarked)) return entry;
    return { ...entry, content: entry.content.map(unmarkedBlock) };
  });
}

export function unmarkedBlock(block: unknown): unknown {
  if (!isRecord(block) || !isMarked(block)) return block;
  const { cache_control: _, ...rest } = block;
  return isResult(rest) ? { ...rest, content: rest.content.map(unmarkedBlock) } : rest;
}

function isResult(block: Readonly<Record<string, unknown>>): block is { content: readonly unknown[] } {
  return block["type"] === "tool_result" && Array.isArray(block["content"]);
}
