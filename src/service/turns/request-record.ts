import { toAppError, type ErrorInfo } from "../../core/words/app-error.ts";
import type { PrincipalId } from "../../core/words/ids.ts";
import type { Placement } from "../../core/words/turn-event.ts";
import { addUsage, type TurnUse } from "../../core/words/usage.ts";
import type { TurnNote } from "../../core/words/turn-note.ts";

/** What is known about one request, gathered while it runs; it becomes the request's line in the log and its entry on record. */
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
  error?: ErrorInfo;
  /** What was thrown, with its causes; for the log only. */
  thrown?: unknown;
  /** As in the header `traceparent`. */
  readonly traceParent?: string;
  /** What is asked and answered is kept with it. */
  keepsContent?: true;
  /** Its turns, in the order of their start; a turn is one of them from before it runs. */
  turns?: TurnNote[];
  /** It goes on in the background: not before this has settled is it known which turns it has. */
  heldUntil?: Promise<unknown>;
  /** Called when the last of its turns has ended. */
  onTurnsOver?: () => void;
}

/** What all turns of a request have used; undefined when none has come to its end. The one place where this is added up. */
export function useOf({ turns = [] }: Pick<RequestRecord, "turns">): TurnUse | undefined {
  const uses = turns.flatMap(({ use }) => use ?? []);
  if (uses.length === 0) return undefined;
  return uses.reduce((sum, { usage, costUsd }) => ({
    usage: addUsage(sum.usage, usage),
    costUsd: sum.costUsd + costUsd,
  }));
}

/** Calls `task` once no turn of the request runs any more and none will: now, or when the last one has ended. */
export function whenTurnsAreOver(record: RequestRecord, task: () => void): void {
  const { heldUntil } = record;
  if (!heldUntil) return whenNoneRuns(record, task);
  const goOn = () => whenNoneRuns(record, task);
  heldUntil.then(goOn, goOn);
}

function whenNoneRuns(record: RequestRecord, task: () => void): void {
  const isOver = () => record.turns?.every(({ endedAt }) => endedAt !== undefined) ?? true;
  if (isOver()) task();
  else {
    record.onTurnsOver = () => {
      if (!isOver()) return;
      delete record.onTurnsOver;
      task();
    };
  }
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
