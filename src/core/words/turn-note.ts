import type { ErrorKind } from "./app-error.ts";
import type { ConversationId, TurnId } from "./ids.ts";
import type { Placement } from "./turn-event.ts";
import type { TurnUse } from "./usage.ts";

/** A turn as its request's record has it. Times are milliseconds since the epoch. */
export interface TurnNote {
  readonly turnId: TurnId;
  readonly protocol: string;
  readonly profile: string;
  /** As the client named it. */
  readonly modelId: string;
  readonly model: string;
  readonly askedAt: number;
  /** How long it waited for its place. */
  queuedMs?: number;
  /** How long it then took until a process had it. */
  placedMs?: number;
  startedAt?: number;
  firstTokenAt?: number;
  endedAt?: number;
  placement?: Placement;
  conversationId?: ConversationId;
  conversationName?: string;
  /** Known once it has come to its end. */
  use?: TurnUse;
  error?: ErrorKind;
  /** What Claude Code did by itself. */
  readonly activities: ActivityNote[];
  /** The client's tools that Claude called: how long it wrote at each call. */
  readonly calls: ActivityNote[];
  /** Only where it is to be kept; cut where it is long. */
  content?: { readonly prompt: string; answer: string };
}

export interface ActivityNote {
  readonly activityId: string;
  readonly name: string;
  readonly startedAt: number;
  endedAt?: number;
  isError?: boolean;
}
