import type { AppContext } from "../app-env.ts";
import { SSE_HEADERS } from "./sse-headers.ts";
import { createSseStream } from "./sse-stream.ts";

interface FeedOptions {
  /** How long the feed may be silent. */
  readonly keepAliveMs: number;
  /** Begin with a sign of life: the reader sees at once that it is connected. Default: yes. */
  readonly isSilent?: boolean;
  /** Aborts when the reader leaves, and is aborted when the events end. Default: one of its own. */
  readonly gone?: AbortController;
}

/**
 * Answers with server-sent events for as long as there are some and the reader stays, whose leaving `begin` hears of by the signal.
 * It is called at once, so that what it watches is not missed from then on.
 */
export function sendFeed(
  context: AppContext,
  { keepAliveMs, isSilent = true, gone = hearOfLeaving(context) }: FeedOptions,
  begin: (signal: AbortSignal) => AsyncIterable<string>,
): Response {
  const events = endingWith(begin(gone.signal), gone);
  const body = createSseStream(events, { keepAliveMs, isSilent, onCancel: () => gone.abort() });
  return context.body(body, 200, SSE_HEADERS);
}

/** Aborts when the connection of a request is closed. */
export function hearOfLeaving({ env }: AppContext): AbortController {
  const gone = new AbortController();
  env.outgoing.once("close", () => gone.abort());
  return gone;
}

async function* endingWith(
  events: AsyncIterable<string>,
  gone: AbortController,
): AsyncGenerator<string, void, undefined> {
  try {
    yield* events;
  } finally {
    gone.abort();
  }
}
