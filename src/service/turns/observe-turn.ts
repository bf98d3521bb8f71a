import { failedTurn } from "../../core/turn/turn-failure.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { Logger } from "../../core/ports/logger.ts";
import type { TurnId } from "../../core/words/ids.ts";
import { isTerminalEvent, type Notice, SPEECH, type TurnEvent } from "../../core/words/turn-event.ts";
import type { TurnUse } from "../../core/words/usage.ts";
import type { Stage } from "../../lib/stage.ts";
import { noteIgnored, recordFailure, type RequestRecord } from "./request-record.ts";
import type { TurnNote } from "../../core/words/turn-note.ts";
import { noteInTurn } from "./turn-note.ts";

export interface TurnObserver {
  readonly record: RequestRecord;
  /** The turn's part of it. */
  readonly note: TurnNote;
  readonly clock: Clock;
  readonly logger: Logger;
  /** What it has used, also when its end was not heard. */
  readonly findUse?: (turnId: TurnId) => TurnUse | undefined;
  /** The turn belongs to no conversation that could be continued. */
  readonly isOneOff?: true;
}

/**
 * Notes in the request's record what the log line and the headers need from a turn's events. A runner that breaks its contract
 * (throws, or stops without a terminal event) comes out as a `turn-error`, so that no client is left hanging.
 */
export function observeTurn(turnId: TurnId, observer: TurnObserver): Stage<TurnEvent, TurnEvent> {
  let hasEnded = false;
  const breakOff = (thrown: unknown): readonly TurnEvent[] => {
    recordFailure(observer.record, thrown);
    if (hasEnded) return [];
    return [failedTurn(thrown)];
  };
  return {
    of(event) {
      hasEnded ||= isTerminalEvent(event);
      noteEvent(event, turnId, observer);
      return [event];
    },
    end: () => (hasEnded ? [] : breakOff(new Error("A turn's events stopped without a terminal event."))),
    fail: breakOff,
    close: () => noteClose(turnId, observer),
  };
}

function noteClose(turnId: TurnId, { record, note, clock, findUse }: TurnObserver): void {
  if (note.endedAt !== undefined) return;
  const use = note.use ?? findUse?.(turnId);
  if (use) note.use = use;
  note.endedAt = clock();
  record.onTurnsOver?.();
}

function noteEvent(event: TurnEvent, turnId: TurnId, observer: TurnObserver): void {
  const { record, note, clock, logger } = observer;
  noteInTurn(note, event, clock());
  if (SPEECH.has(event.type)) record.firstTokenAt ??= clock();
  switch (event.type) {
    case "turn-start":
      // When a request has several turns, the first one's conversation is the one to continue.
      if (turnId !== record.turnId) break;
      if (!observer.isOneOff) {
        record.conversationId = event.conversationId;
        record.conversationName = event.conversationName;
      }
      record.placement = event.placement;
      if (event.isContinuedByName) record.isContinuedByName = true;
      break;
    case "tool-call-start":
      record.toolCallCount = (record.toolCallCount ?? 0) + 1;
      break;
    case "notice":
      // Servers of the profile are reported like the request's own.
      if (event.mcpServer !== undefined) noteIgnored(record, [`mcpServers.${event.mcpServer}`]);
      if (FOR_LOG.has(event.code)) {
        const { requestId } = record;
        logger.info("turn.notice", { requestId, turnId, code: event.code, message: event.message });
      }
      break;
    case "turn-error":
      record.error ??= event.error;
      break;
    default:
      // Core records what Claude Code does by itself.
      break;
  }
}

/** All other notices change nothing or are already in the log. */
const FOR_LOG: ReadonlySet<Notice["code"]> = new Set<Notice["code"]>([
  "arguments-repaired",
  "arguments-invalid",
  "tool-demanded-again",
  "tool-not-called",
  "schema-in-words",
  "mcp-server-failed",
  "permission-mode-replaced",
]);
