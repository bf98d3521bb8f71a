import type {
  RequestContent,
  RequestCourse,
  RequestEntry,
  UsedTool,
} from "../../core/words/request-entry.ts";
import { NO_USE } from "../../core/words/usage.ts";
import { type RequestRecord, useOf } from "../turns/request-record.ts";

/** How a request ended, besides what its record says. */
export interface EndOfRequest {
  readonly route: string;
  readonly status: number;
  readonly endedAt: number;
  /** The client left before the end. */
  readonly isClientGone: boolean;
}

/** What goes on record of a request whose answer is out and whose turns are over. */
export function describeRequest(record: RequestRecord, end: EndOfRequest): RequestEntry {
  const { requestId, startedAt, principalId, client, model, firstTokenAt, placement } = record;
  const { conversationId, conversationName, turns = [] } = record;
  const [first] = turns;
  const error = record.error?.kind ?? (end.isClientGone ? "cancelled" : undefined);
  const protocol = first?.protocol ?? protocolOf(end.route);
  const content = contentOf(record);
  const tools = toolsOf(record);
  const modelId = first?.modelId ?? model;
  return {
    id: requestId,
    startedAt,
    // Of a request that goes on without its client the end is its last turn's.
    endedAt: Math.max(end.endedAt, ...turns.map(({ endedAt = 0 }) => endedAt)),
    route: end.route,
    status: end.status,
    ...(error !== undefined && { error }),
    ...(principalId !== undefined && { principalId }),
    ...(client !== undefined && { client }),
    ...(protocol !== undefined && { protocol }),
    ...(modelId !== undefined && { modelId }),
    ...(first && { profile: first.profile, model: first.model, turnId: first.turnId }),
    // Proof for the casts: the record has them from the first turn's start.
    ...(conversationId !== undefined && {
      conversationId: conversationId as RequestEntry["conversationId"] & string,
    }),
    ...(conversationName !== undefined && { conversationName }),
    // One that was refused its place was none.
    turnCount: turns.filter((turn) => turn.startedAt !== undefined).length,
    ...(placement !== undefined && { placement }),
    ...(first?.queuedMs !== undefined && { queueMs: first.queuedMs }),
    ...(first?.placedMs !== undefined && { processMs: first.placedMs }),
    ...(firstTokenAt !== undefined && { firstTokenMs: firstTokenAt - startedAt }),
    ...(useOf(record) ?? NO_USE),
    ...(tools.length > 0 && { tools }),
    ...(content && { content }),
  };
}

/** More are not told apart. */
const MAX_TOOLS = 200;
/** A server of tools may call them anything. */
const MAX_NAME = 128;

/** Of all its turns. */
function toolsOf({ startedAt, turns = [] }: RequestRecord): readonly UsedTool[] {
  const notes = turns.flatMap(({ activities, calls }) => [
    ...activities.map((note) => ({ note, by: "claude-code" as const })),
    ...calls.map((note) => ({ note, by: "client" as const })),
  ]);
  return notes
    .map(({ note, by }): UsedTool => ({
      name: note.name.slice(0, MAX_NAME),
      by,
      startedMs: Math.max(0, note.startedAt - startedAt),
      ...(note.endedAt !== undefined && { endedMs: Math.max(0, note.endedAt - startedAt) }),
      ...(note.isError && { isError: true }),
    }))
    .toSorted((one, other) => one.startedMs - other.startedMs)
    .slice(0, MAX_TOOLS);
}

export function courseOf({ turns = [], traceParent, error }: RequestRecord): RequestCourse {
  const limit = error?.limit;
  return {
    turns,
    ...(traceParent !== undefined && { traceParent }),
    ...(limit !== undefined && { limit }),
  };
}

/** The protocol of a request that did not come to a turn, by its path. */
const PROTOCOLS: readonly (readonly [path: RegExp, protocol: string])[] = [
  [/ \/v1\/chat\/completions\b/, "chat-completions"],
  [/ \/v1\/completions\b/, "completions"],
  [/ \/v1\/responses\b/, "responses"],
  [/ \/v1\/messages\b/, "messages"],
];

function protocolOf(route: string): string | undefined {
  return PROTOCOLS.find(([path]) => path.test(route))?.[1];
}

function contentOf({ turns = [] }: RequestRecord): RequestContent | undefined {
  const contents = turns.flatMap(({ content }) => content ?? []);
  const [first] = contents;
  if (!first) return undefined;
  return { prompt: first.prompt, answer: contents.map(({ answer }) => answer).join("\n\n") };
}
