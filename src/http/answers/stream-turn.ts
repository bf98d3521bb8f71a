import { AppError } from "../../core/words/app-error.ts";
import type { TurnError, TurnEvent } from "../../core/words/turn-event.ts";
import type { BranchEvent } from "../../protocols/branch-event.ts";
import type { StreamFormat } from "../../protocols/stream-format.ts";
import type { AppContext } from "../app-env.ts";
import { through } from "../../lib/staged-stream.ts";
import { openTurn, readToEnd } from "../../service/turns/open-turn.ts";
import { recordFailure } from "../../service/turns/request-record.ts";
import type { StartedTurn } from "../../service/turns/start-turn.ts";
import { SSE_HEADERS } from "./sse-headers.ts";
import { createSseStream } from "./sse-stream.ts";
import { setTurnHeaders } from "./turn-headers.ts";

export interface StreamTurnOptions {
  /** What fills a silence; default a comment. */
  readonly keepAlive?: () => string | undefined;
  /** Whether a turn that ended like this, without saying anything, is answered with an error status. Default: always. */
  readonly isFailure?: (end: TurnError) => boolean;
  /** The events that the client is shown; default text, thinking and tool calls. */
  readonly signs?: ReadonlySet<TurnEvent["type"]>;
}

/**
 * Answers with a turn as server-sent events; `format` is the protocol's part.
 * @throws AppError when the turn fails before it had anything for the client, so that the failure gets its own status.
 */
export async function streamTurn<Event extends BranchEvent>(
  context: AppContext,
  turn: StartedTurn<Event>,
  keepAliveMs: number,
  format: StreamFormat<Event>,
  { keepAlive, isFailure = () => true, signs }: StreamTurnOptions = {},
): Promise<Response> {
  const { failure, isSilent, events } = await openTurn(turn.events, keepAliveMs, signs);
  if (failure && isFailure(failure)) {
    await readToEnd(events);
    throw new AppError(failure.error);
  }
  setTurnHeaders(context);
  const body = createSseStream(through(events, format), {
    keepAliveMs,
    tellFailure: (thrown) => {
      recordFailure(context.var.record, thrown);
      return format.broken(thrown);
    },
    ...(keepAlive !== undefined && { keepAlive }),
    isSilent,
    onCancel: () => turn.cancel(),
  });
  return context.body(body, 200, SSE_HEADERS);
}
