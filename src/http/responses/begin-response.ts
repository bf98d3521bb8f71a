import { AppError, type ErrorInfo } from "../../core/app-error.ts";
import { newTurnId } from "../../core/ids.ts";
import type { TurnEvent } from "../../core/turn-event.ts";
import type { AppDependencies } from "../app-dependencies.ts";
import { openTurn } from "../open-turn.ts";
import type { RequestRecord } from "../request-record.ts";
import { dropOldestMessages } from "./drop-oldest-messages.ts";
import { type ResponseTurn, startResponseTurn } from "./open-response.ts";
import type { PreparedResponse } from "./prepare-response.ts";

/** What Claude Code does by itself is shown here as well. */
const SIGNS: ReadonlySet<TurnEvent["type"]> = new Set<TurnEvent["type"]>([
  "text-delta",
  "reasoning-delta",
  "reasoning-redacted",
  "tool-call-start",
  "activity-start",
]);
/** Each leaves half of what is too long. */
const MAX_CUTS = 5;

export interface BegunResponse {
  readonly turn: ResponseTurn;
  /** The client should hear that the server lives. */
  readonly isSilent: boolean;
}

interface BeginParts {
  readonly dependencies: Pick<AppDependencies, "runTurn" | "clock" | "logger" | "options">;
  readonly record: RequestRecord;
  readonly signal: AbortSignal;
  /** Hears of each turn before it is waited for. */
  readonly onStart?: (turn: ResponseTurn) => void;
  /** Whether the client is to be shown the response all the same. A refusal is an answer. */
  readonly isAnswer?: (failure: ErrorInfo) => boolean;
}

/**
 * Starts the turn of a response and waits for its first sign, so that what fails at once fails as a request. With truncation
 * `auto` a conversation that is too long for the model loses its oldest messages.
 * @throws AppError when the turn failed before it had anything for the client
 */
export async function beginResponse(prepared: PreparedResponse, parts: BeginParts): Promise<BegunResponse> {
  const { dependencies, record, signal, onStart, isAnswer = isRefusal } = parts;
  for (let current = prepared, cuts = 0; ; cuts += 1) {
    const turn = startResponseTurn(dependencies, record, current, signal);
    onStart?.(turn);
    const { failure, isSilent, events } = await openTurn(turn.events, dependencies.options.keepAliveMs, SIGNS);
    if (!failure || isAnswer(failure.error)) return { turn: { ...turn, events }, isSilent };
    await readToEnd(events);
    const shorter = cuts < MAX_CUTS ? withoutOldest(current, failure.error) : undefined;
    if (!shorter) throw new AppError(failure.error);
    current = shorter;
    // It was not the end of the request.
    delete record.error;
    delete record.thrown;
  }
}

function isRefusal({ kind }: ErrorInfo): boolean {
  return kind === "refusal";
}

function withoutOldest(prepared: PreparedResponse, { kind }: ErrorInfo): PreparedResponse | undefined {
  if (kind !== "context-length-exceeded" || prepared.asked.truncation !== "auto") return undefined;
  const messages = dropOldestMessages(prepared.request.messages);
  return messages && { ...prepared, request: { ...prepared.request, turnId: newTurnId(), messages } };
}

/** The runner may still have work after its terminal event. */
async function readToEnd(events: AsyncIterable<TurnEvent>): Promise<void> {
  const iterator = events[Symbol.asyncIterator]();
  while (!(await iterator.next()).done);
}
