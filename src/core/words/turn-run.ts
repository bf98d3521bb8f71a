import type { EventsLost } from "../../lib/lossy-follower.ts";
import type { ErrorInfo } from "./app-error.ts";
import type { ConversationId, PrincipalId, TurnId } from "./ids.ts";
import type { Placement, TurnEvent } from "./turn-event.ts";
import type { Usage } from "./usage.ts";

/** `waiting`: for a person's approval. The last three are final. */
export type RunState = "queued" | "running" | "waiting" | "completed" | "failed" | "cancelled";

/** A turn as the operator sees it, whatever protocol it came by: how far it is, but none of its text. */
export interface TurnRun {
  readonly turnId: TurnId;
  readonly state: RunState;
  readonly principalId: PrincipalId;
  /** The program that asks, as it names itself. */
  readonly client?: string;
  readonly protocol: string;
  readonly profile: string;
  /** As the client named it. */
  readonly modelId: string;
  readonly model: string;
  /** Known once the turn has a place. */
  readonly conversationId?: ConversationId;
  readonly conversationName?: string;
  readonly placement?: Placement;
  /** Milliseconds since the epoch, like all times. */
  readonly askedAt: number;
  readonly startedAt?: number;
  readonly firstTokenAt?: number;
  readonly endedAt?: number;
  /** While it runs an estimate by what has been written. */
  readonly outputTokens: number;
  /** What Claude Code is doing by itself now: the name of its tool. */
  readonly activity?: string;
  /** Known at the end. */
  readonly usage?: Usage;
  readonly costUsd?: number;
  readonly error?: Pick<ErrorInfo, "kind" | "message">;
}

export function isOver({ state }: Pick<TurnRun, "state">): boolean {
  return state === "completed" || state === "failed" || state === "cancelled";
}

/** What somebody who follows a turn gets. */
export type FollowedEvent = TurnEvent | EventsLost;
