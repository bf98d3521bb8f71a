import { toAppError } from "../core/app-error.ts";
import type { Clock } from "../core/ports/clock.ts";
import { isTerminalEvent, type TurnEvent } from "../core/turn-event.ts";
import { NO_USAGE } from "../core/usage.ts";
import { recordFailure, type RequestRecord } from "./request-record.ts";

/**
 * Passes a turn's events on and notes in the request's record what the log line and the headers need. A runner that breaks
 * its contract (throws, or stops without a terminal event) comes out as a `turn-error`, so that no client is left hanging.
 */
export async function* observeTurn(
  events: AsyncIterable<TurnEvent>,
  record: RequestRecord,
  clock: Clock,
): AsyncGenerator<TurnEvent, void, undefined> {
  let hasEnded = false;
  try {
    for await (const event of events) {
      hasEnded ||= isTerminalEvent(event);
      noteEvent(event, record, clock);
      yield event;
    }
    if (!hasEnded) throw new Error("A turn's events stopped without a terminal event.");
  } catch (thrown) {
    recordFailure(record, thrown);
    if (!hasEnded) {
      yield { type: "turn-error", error: toAppError(thrown).info, usage: NO_USAGE, costUsd: 0 };
    }
  }
}

function noteEvent(event: TurnEvent, record: RequestRecord, clock: Clock): void {
  switch (event.type) {
    case "turn-start":
      record.conversationId = event.conversationId;
      record.conversationName = event.conversationName;
      record.placement = event.placement;
      break;
    case "text-delta":
    case "reasoning-delta":
      record.firstTokenAt ??= clock();
      break;
    case "turn-end":
      record.usage = event.usage;
      break;
    case "turn-error":
      record.usage = event.usage;
      record.error = event.error;
      break;
    default:
      // What Claude Code does by itself is recorded by core.
      break;
  }
}
