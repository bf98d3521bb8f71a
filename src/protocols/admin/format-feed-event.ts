import type { RequestEntry } from "../../core/words/request-entry.ts";
import type { TurnRun } from "../../core/words/turn-run.ts";
import type { EventsLost } from "../../lib/lossy-follower.ts";
import { formatRequest, type RequestBody } from "./format-request.ts";
import { formatRun, type RunBody } from "./format-run.ts";

/** What somebody who watches the server is told. */
export type FeedEventBody =
  | {
      readonly type: "turn.queued" | "turn.started" | "turn.ended";
      readonly id: string;
      readonly run: RunBody;
    }
  | { readonly type: "request.ended"; readonly id: string; readonly request: RequestBody }
  /** The reader was too slow, or came back too late: so many events, at least, are missing here. */
  | { readonly type: "events.lost"; readonly count: number };

export type ToldEvent =
  | {
      readonly id: string;
      readonly event:
        | { readonly type: "turn-queued" | "turn-started" | "turn-ended"; readonly run: TurnRun }
        | { readonly type: "request-ended"; readonly entry: RequestEntry };
    }
  | EventsLost;

export function formatFeedEvent(told: ToldEvent): FeedEventBody {
  if (!("event" in told)) return { type: "events.lost", count: told.count };
  const { id, event } = told;
  if (event.type === "request-ended")
    return { type: "request.ended", id, request: formatRequest(event.entry) };
  const type = {
    "turn-queued": "turn.queued",
    "turn-started": "turn.started",
    "turn-ended": "turn.ended",
  } as const;
  return { type: type[event.type], id, run: formatRun(event.run) };
}

/** As a server-sent event, whose id the reader gives to go on from there. */
export function encodeFeedEvent(body: FeedEventBody): string {
  const id = "id" in body ? `id: ${body.id}\n` : "";
  return `${id}event: ${body.type}\ndata: ${JSON.stringify(body)}\n\n`;
}
