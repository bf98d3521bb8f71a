import { AppError } from "../core/app-error.ts";
import type { TurnEvent } from "../core/turn-event.ts";
import type { AppContext } from "./app-env.ts";
import { openTurn } from "./open-turn.ts";
import { createSseStream } from "./sse-stream.ts";
import type { StartedTurn } from "./start-turn.ts";
import { setTurnHeaders } from "./turn-headers.ts";

const SSE_HEADERS = {
  "Content-Type": "text/event-stream; charset=utf-8",
  "Cache-Control": "no-cache",
  // Proxies such as nginx would hold the tokens back.
  "X-Accel-Buffering": "no",
};

/**
 * Answers with a turn as server-sent events; `encode` is the protocol's part.
 * @throws AppError when the turn fails before it had anything for the client, so that the failure gets its own status.
 */
export async function streamTurn(
  context: AppContext,
  turn: StartedTurn,
  keepAliveMs: number,
  encode: (events: AsyncIterable<TurnEvent>) => AsyncIterable<string>,
): Promise<Response> {
  const { failure, isSilent, events } = await openTurn(turn.events, keepAliveMs);
  if (failure) {
    await readToEnd(events);
    throw new AppError(failure.error);
  }
  setTurnHeaders(context);
  const body = createSseStream(encode(events), { keepAliveMs, isSilent, onCancel: () => turn.cancel() });
  return context.body(body, 200, SSE_HEADERS);
}

/** The runner may still have work after its terminal event. */
async function readToEnd(events: AsyncIterable<TurnEvent>): Promise<void> {
  const iterator = events[Symbol.asyncIterator]();
  while (!(await iterator.next()).done);
}
