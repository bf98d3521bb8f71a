import type { KeyLimits } from "./api-key.ts";
import type { ErrorKind } from "./app-error.ts";
import type { ConversationId, PrincipalId, TurnId } from "./ids.ts";
import type { Placement } from "./turn-event.ts";
import type { TurnNote } from "./turn-note.ts";
import type { TurnUse } from "./usage.ts";

/** One request on record, after its answer is out and its turns are over. Times are milliseconds since the epoch. */
export interface RequestEntry extends TurnUse {
  /** As in the header X-Request-Id. */
  readonly id: string;
  readonly startedAt: number;
  readonly endedAt: number;
  /** Method and path, with the names of its parameters in place of what they stood for: `GET /v1/models/:id`. */
  readonly route: string;
  /** The HTTP status, also of an answer that failed after it had begun; of a WebSocket's response the one it would have had. */
  readonly status: number;
  /** `cancelled` also when the client left before the end. */
  readonly error?: ErrorKind;
  /** Absent when nobody had the right. */
  readonly principalId?: PrincipalId;
  /** The program that asks, as it names itself. */
  readonly client?: string;
  readonly protocol?: string;
  /** Of its first turn, like what follows. */
  readonly profile?: string;
  /** As the client named it. */
  readonly modelId?: string;
  readonly model?: string;
  readonly conversationId?: ConversationId;
  readonly conversationName?: string;
  readonly turnId?: TurnId;
  readonly turnCount: number;
  readonly placement?: Placement;
  /** How long the first turn waited for its place. */
  readonly queueMs?: number;
  /** How long it then took until a process had it. */
  readonly processMs?: number;
  /** From the request to the first sign of an answer. */
  readonly firstTokenMs?: number;
  /** In the order of their start; only of an entry that is asked for alone. Absent when there was none. */
  readonly tools?: readonly UsedTool[];
  /** Only where it is to be kept. */
  readonly content?: RequestContent;
}

/** A tool that was used in a request: what it is called and when, never what it was given or gave. */
export interface UsedTool {
  readonly name: string;
  /** Claude Code ran it by itself, or Claude wrote a call for the client to run. */
  readonly by: "claude-code" | "client";
  /** Milliseconds from the start of the request. */
  readonly startedMs: number;
  /** Absent when its end was not heard. */
  readonly endedMs?: number;
  readonly isError?: true;
}

/** What happened in a request, for who watches its course; not kept. */
export interface RequestCourse {
  readonly turns: readonly TurnNote[];
  /** Of the program that asks, as W3C Trace Context spells it: the trace that the request belongs to. */
  readonly traceParent?: string;
  /** The limit of its key that it came up against. */
  readonly limit?: keyof KeyLimits;
}

/** Called with each request that goes on record. */
export type HearRequest = (entry: RequestEntry, course: RequestCourse) => void;

/** What was asked and answered, without secrets, cut where it is long. */
export interface RequestContent {
  readonly prompt: string;
  readonly answer: string;
}
