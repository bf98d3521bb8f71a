import type { JsonObject } from "../words/client-tool.ts";
import type { JsonCheckResult } from "./schema-checker.ts";
import type { Work } from "../words/work.ts";
import type { PermissionOutcome, PermissionRequest } from "../words/turn-event.ts";

/** A call for which the permission mode requires a person's approval. */
export interface PermissionQuestion {
  /** The call's id. */
  readonly activityId: string;
  readonly toolName: string;
  readonly input: JsonObject;
  readonly work?: Work;
  readonly summary: string;
  /** Rules, in Claude Code's syntax, that "always" would add to the conversation's rules. */
  readonly alwaysAllows: readonly string[];
}

export interface PermissionAnswer {
  readonly outcome: PermissionOutcome;
  /** For the model. */
  readonly reason?: string;
}

/** A question that has been sent to those who may answer. */
export interface AskedPermission {
  /** For the turn's stream. */
  readonly event: PermissionRequest;
  /** Never rejects: without an answer it becomes `timed-out`, at the turn's end `cancelled`. */
  readonly answer: Promise<PermissionAnswer>;
}

/** A tool that the engine is about to run by itself. */
export interface StartingTool {
  readonly name: string;
  /** Whether files of the workspace may be different afterwards. */
  readonly mayChangeFiles: boolean;
}

/** What an engine needs from core during a turn. */
export interface TurnSupervisor {
  /** Called before a tool of Claude Code runs; the tool waits for it. Never rejects. */
  beforeTool(tool: StartingTool): Promise<void>;
  /** Whether a text is JSON that conforms to a client's schema. */
  checkJson(schema: JsonObject, text: string): Promise<JsonCheckResult>;
  /** `signal` aborts when the call is no longer wanted. */
  ask(question: PermissionQuestion, signal: AbortSignal): AskedPermission;
}
