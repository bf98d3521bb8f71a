import { toAppError, type ErrorInfo } from "../../core/words/app-error.ts";
import type { PrincipalId } from "../../core/words/ids.ts";
import type { Placement } from "../../core/words/turn-event.ts";
import type { Usage } from "../../core/words/usage.ts";

/** What is known about one request, gathered while it runs; it becomes the request's line in the log. */
export interface RequestRecord {
  readonly requestId: string;
  readonly startedAt: number;
  principalId?: PrincipalId;
  /** The program that asks, as it names itself (User-Agent). Not for the log. */
  readonly client?: string;
  model?: string;
  turnId?: string;
  /** How many turns served it, when more than one. */
  branchCount?: number;
  conversationId?: string;
  conversationName?: string;
  placement?: Placement;
  /** The request brought only what is new; the history came from the record kept under the conversation's name. */
  isContinuedByName?: true;
  /** Parameters that were accepted without effect. */
  ignored?: readonly string[];
  /** The client's own name for the user it serves. */
  endUser?: string;
  firstTokenAt?: number;
  /** How many client tools Claude called. */
  toolCallCount?: number;
  usage?: Usage;
  error?: ErrorInfo;
  /** What was thrown, with its causes; for the log only. */
  thrown?: unknown;
}

/** A model id can be any text until it has been looked up. */
const MAX_MODEL_LENGTH = 128;

/** The model that is asked for, shortened; there need not be a model of that name. */
export function noteModel(record: RequestRecord, model: string): void {
  record.model = model.length > MAX_MODEL_LENGTH ? `${model.slice(0, MAX_MODEL_LENGTH)}…` : model;
}

/** Adds parameters that were accepted without effect. */
export function noteIgnored(record: RequestRecord, names: readonly string[]): void {
  record.ignored = [...new Set([...(record.ignored ?? []), ...names])];
}

/** The first error is the one to look into; later ones only carry it on to the client. */
export function recordFailure(record: RequestRecord, thrown: unknown): void {
  record.error ??= toAppError(thrown).info;
  record.thrown ??= thrown;
}
