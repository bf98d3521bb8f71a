import { failedTurn } from "../../core/turn/turn-failure.ts";
import { AppError, type ErrorInfo } from "../../core/words/app-error.ts";
import { newTurnId } from "../../core/words/ids.ts";
import { SPEECH, type TurnEvent } from "../../core/words/turn-event.ts";
import { shortenMessages } from "../../core/tokens/shorten-messages.ts";
import type { ServiceParts } from "../service-parts.ts";
import { openTurn, readToEnd } from "../turns/open-turn.ts";
import { recordFailure, type RequestRecord } from "../turns/request-record.ts";
import { cutRequest, fitRequest, type Shorten } from "./fit-request.ts";
import { type ResponseTurn, startResponseTurn } from "./open-response.ts";
import type { PreparedResponse } from "./prepare-response.ts";

/** Includes `activity-start`, since responses show Claude Code's own work too. */
const SIGNS: ReadonlySet<TurnEvent["type"]> = new Set<TurnEvent["type"]>([
  ...SPEECH,
  "reasoning-redacted",
  "activity-start",
]);
/** How many times a conversation is cut when the API refuses it as too long. */
const MAX_CUTS = 5;

interface BeginParts {
  readonly dependencies: ServiceParts;
  readonly record: RequestRecord;
  readonly signal: AbortSignal;
  /** After this long without a sign, the client is told that its turn has begun. */
  readonly silenceMs: number;
  /** Called with each turn before it is awaited. */
  readonly onStart?: (turn: ResponseTurn) => void;
  /** Whether the client is shown the response although it failed. A refusal is an answer. */
  readonly isAnswer?: (failure: ErrorInfo) => boolean;
  readonly shorten?: Shorten;
}

/**
 * Starts the turn of a response and waits for its first sign, so that an immediate failure becomes the request's own error. With
 * truncation `auto`, a conversation that is too long for the model loses its oldest messages: before the turn, and again when the
 * API still finds it too long.
 * @throws AppError when the turn failed before it had anything for the client
 */
export async function beginResponse(prepared: PreparedResponse, parts: BeginParts): Promise<ResponseTurn> {
  const { dependencies, record, signal, onStart, isAnswer = isRefusal, shorten = shortenMessages } = parts;
  const isAuto = prepared.asked.truncation === "auto";
  const { countTokens } = dependencies;
  const fitted = isAuto
    ? { ...prepared, request: await fitRequest(prepared.request, countTokens, shorten, signal) }
    : prepared;
  for (let current = fitted, cuts = 0; ; cuts += 1) {
    const turn = startResponseTurn(dependencies, record, current, signal);
    onStart?.(turn);
    const { failure, events } = await openTurn(turn.events, parts.silenceMs, SIGNS);
    if (!failure || isAnswer(failure.error)) return { ...turn, events };
    await readToEnd(events);
    const mayCut = isAuto && cuts < MAX_CUTS && failure.error.kind === "context-length-exceeded";
    const request = mayCut ? cutRequest(current.request, shorten) : undefined;
    if (!request) throw new AppError(failure.error);
    current = { ...current, request: { ...request, turnId: newTurnId(), isFurther: true } };
    // The request continues: this failure was not its end.
    delete record.error;
    delete record.thrown;
  }
}

/** The same for a response that the client hears of before its turn has begun: an immediate failure becomes a failed response. */
export function beginInBackground(
  prepared: PreparedResponse,
  parts: Pick<BeginParts, "dependencies" | "record" | "silenceMs">,
): ResponseTurn {
  const { dependencies, record } = parts;
  if (prepared.asked.truncation !== "auto") return startResponseTurn(dependencies, record, prepared);
  const abort = new AbortController();
  let begun: ResponseTurn | undefined;
  const onStart = (turn: ResponseTurn) => void (begun = turn);
  return {
    events: beginLater(prepared, { ...parts, signal: abort.signal, onStart }),
    abort(why) {
      if (why) recordFailure(record, why);
      abort.abort();
    },
    addToConversation: async (output) => begun?.addToConversation(output),
  };
}

async function* beginLater(
  prepared: PreparedResponse,
  parts: BeginParts,
): AsyncGenerator<TurnEvent, void, undefined> {
  try {
    const turn = await beginResponse(prepared, parts);
    yield* turn.events;
  } catch (thrown) {
    yield failedTurn(thrown);
  }
}

function isRefusal({ kind }: ErrorInfo): boolean {
  return kind === "refusal";
}
