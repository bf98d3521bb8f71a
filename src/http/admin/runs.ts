import type { FollowedEvent, TurnRun } from "../../core/words/turn-run.ts";
import { encodeRunEvent, formatRunEvent, formatRunSnapshot } from "../../protocols/admin/format-run-event.ts";
import { formatRun, formatRunList } from "../../protocols/admin/format-run.ts";
import type { TurnRuns } from "../../service/runs/turn-runs.ts";
import { sendFeed } from "../answers/send-feed.ts";
import { idOf } from "../id-of.ts";
import type { AppContext } from "../app-env.ts";

interface Dependencies {
  readonly runs: TurnRuns;
  /** How long a stream may be silent. */
  readonly keepAliveMs: number;
}

/** `GET /admin/api/runs`: the turns under way, then the latest that are over. */
export function listRuns({ runs }: Dependencies) {
  return (context: AppContext): Response => context.json(formatRunList(runs.list()));
}

/** `GET /admin/api/runs/{id}` */
export function showRun({ runs }: Dependencies) {
  return (context: AppContext): Response => context.json(formatRun(runs.find(idOf(context))));
}

/** `GET /admin/api/runs/{id}/events`: the turn as it is, then what happens in it, as server-sent events. */
export function followRun({ runs, keepAliveMs }: Dependencies) {
  return (context: AppContext): Response =>
    sendFeed(context, { keepAliveMs, isSilent: false }, (signal) => {
      const { run, events } = runs.follow(idOf(context), signal);
      return encodeRun(run, events);
    });
}

/** `POST /admin/api/runs/{id}/cancel` */
export function cancelRun({ runs }: Dependencies) {
  return (context: AppContext): Response => context.json(formatRun(runs.cancel(idOf(context))), 202);
}

async function* encodeRun(
  run: TurnRun,
  events: AsyncIterable<FollowedEvent>,
): AsyncGenerator<string, void, undefined> {
  yield encodeRunEvent(formatRunSnapshot(run));
  for await (const event of events) {
    const body = formatRunEvent(event);
    if (body) yield encodeRunEvent(body);
  }
}
