import type { JsonObject } from "../words/client-tool.ts";
import type { JsonCheckResult } from "./schema-checker.ts";
import type { PermissionOutcome, PermissionRequest } from "../words/turn-event.ts";

/** A call that the permission mode asks a person about. */
export interface PermissionQuestion {
  /** The call's id. */
  readonly activityId: string;
  readonly toolName: string;
  readonly input: JsonObject;
  readonly summary: string;
  /** Rules, in Claude Code's words, that "always" would add to the conversation's. */
  readonly alwaysAllows: readonly string[];
}

export interface PermissionAnswer {
  readonly outcome: PermissionOutcome;
  /** For the model. */
  readonly reason?: string;
}

/** A question that has been put to those who may answer. */
export interface AskedPermission {
  /** For the turn's stream. */
  readonly event: PermissionRequest;
  /** Never rejects: without an answer it is `timed-out`, at the turn's end `cancelled`. */
  readonly answer: Promise<PermissionAnswer>;
}

/** What an engine needs of core in the middle of a turn. */
export interface TurnSupervisor {
  /** Called before a tool of Claude Code's runs, which waits for it. Never rejects. */
  beforeTool(toolName: string): Promise<void>;
  /** Whether a text is JSON that fits a schema of the client's. */
  checkJson(schema: JsonObject, text: string): Promise<JsonCheckResult>;
  /** `signal`: the call is no longer wanted. */
  ask(question: PermissionQuestion, signal: AbortSignal): AskedPermission;
}
