import type { FeedEventBody } from "../../../src/protocols/admin/format-feed-event.ts";

import { callApi } from "./call-api.ts";

export type FeedState = "connecting" | "live" | "waiting";

export interface FeedListener {
  hear(event: FeedEventBody): void;
  hearState?(state: FeedState): void;
  /** It is connected again; what happened meanwhile may not be told. */
  hearReturn?(): void;
}

const EVENTS = ["turn.queued", "turn.started", "turn.ended", "request.ended", "events.lost"] as const;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 15_000;

/**
 * Hears what happens on the server until the returned function is called. A connection that breaks is opened again from the last
 * event that came. A page that nobody looks at has none: browsers allow six to a server, for all its pages together.
 */
export function followFeed(listener: FeedListener): () => void {
  let source: EventSource | undefined;
  let last: string | undefined;
  let waitMs = FIRST_WAIT_MS;
  let timer: number | undefined;
  let wasAway = false;

  const tell = (state: FeedState) => listener.hearState?.(state);
  const disconnect = () => {
    window.clearTimeout(timer);
    source?.close();
    source = undefined;
  };
  const connect = () => {
    disconnect();
    tell("connecting");
    source = new EventSource(
      last === undefined ? "/admin/api/feed" : `/admin/api/feed?after=${encodeURIComponent(last)}`,
    );
    source.addEventListener("open", () => {
      waitMs = FIRST_WAIT_MS;
      tell("live");
      if (wasAway) listener.hearReturn?.();
      wasAway = false;
    });
    source.addEventListener("error", () => {
      // Refused, not cut: whoever is no longer signed in hears so by this.
      if (source?.readyState === EventSource.CLOSED) callApi("/admin/api/status").catch(() => {});
      disconnect();
      wasAway = true;
      tell("waiting");
      timer = window.setTimeout(connect, waitMs);
      waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
    });
    for (const name of EVENTS) {
      source.addEventListener(name, (message: MessageEvent<string>) => {
        if (message.lastEventId !== "") last = message.lastEventId;
        listener.hear(JSON.parse(message.data) as FeedEventBody);
      });
    }
  };
  const look = () => {
    wasAway ||= document.hidden;
    if (document.hidden) disconnect();
    else if (!source) connect();
  };
  document.addEventListener("visibilitychange", look);
  look();
  return () => {
    document.removeEventListener("visibilitychange", look);
    disconnect();
  };
}
