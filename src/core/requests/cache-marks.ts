import type { CacheMark, Markable } from "../words/cache-mark.ts";
import type { ContentPart, Message } from "../words/message.ts";
import type { TurnRequest } from "../words/turn-request.ts";

type MarkedRequest = Pick<TurnRequest, "tools" | "systemParts" | "messages" | "cache">;

/** The client's marks, in the order in which the model's API reads what they stand on. */
export function marksOf({ tools, systemParts = [], messages, cache }: MarkedRequest): readonly CacheMark[] {
  const parts: readonly Markable[] = [
    ...tools.list,
    ...systemParts,
    ...messages.flatMap(({ content }) => content.flatMap(withInner)),
  ];
  return [...parts.flatMap((part) => part.cache ?? []), ...(cache ? [cache] : [])];
}

/** The API takes so many in a request. */
export const MAX_MARKS = 4;

/** The place of the first mark for an hour that stands behind one for five minutes, which the API refuses; -1: there is none. */
export function findMisplaced(marks: readonly CacheMark[]): number {
  const firstShort = marks.findIndex(({ ttl }) => ttl !== "1h");
  return firstShort < 0 ? -1 : marks.findIndex(({ ttl }, index) => index > firstShort && ttl === "1h");
}

export function hasMarks(messages: readonly Message[]): boolean {
  return messages.some(({ content }) => content.some(isMarked));
}

/** The request as if nothing in it were marked. */
export function withoutMarks<Request extends MarkedRequest>(request: Request): Request {
  const { systemParts: _, cache: __, ...rest } = request;
  const { tools, messages } = request;
  const unmarked = {
    ...rest,
    tools: { ...tools, list: tools.list.map(withoutMark) },
    messages: withoutMessageMarks(messages),
  };
  // Proof for the cast: the fields that are left out are optional, the others keep their types.
  return unmarked as unknown as Request;
}

export function withoutMessageMarks(messages: readonly Message[]): readonly Message[] {
  return messages.map((message) => (hasMarks([message]) ? withoutMarksIn(message) : message));
}

function withoutMarksIn(message: Message): Message {
  const parts: readonly ContentPart[] = message.content;
  const content = parts.map((part) => {
    const unmarked = withoutMark(part);
    return unmarked.type === "tool-result"
      ? { ...unmarked, content: unmarked.content.map(withoutMark) }
      : unmarked;
  });
  // Proof for the cast: every part keeps its type.
  return { ...message, content } as Message;
}

/** The same object when it bears no mark. */
export function withoutMark<Part extends object>(part: Part & Markable): Part {
  if (!part.cache) return part;
  const { cache: _, ...rest } = part;
  // Proof for the cast: the mark is optional wherever it may stand.
  return rest as unknown as Part;
}

function isMarked(part: ContentPart & Markable): boolean {
  return part.cache !== undefined || (part.type === "tool-result" && part.content.some(isMarked));
}

/** A part, behind those inside it, as the API counts them. */
function withInner(part: ContentPart & Markable): readonly Markable[] {
  return part.type === "tool-result" ? [...part.content, part] : [part];
}
