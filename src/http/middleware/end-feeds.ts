import { AppError } from "../../core/words/app-error.ts";
import type { Principal } from "../../core/words/principal.ts";
import { repeat } from "../../lib/time.ts";
import type { AppContext, AppMiddleware } from "../app-env.ts";
import { type Identifiers, identify } from "./identify.ts";

/** Look-ups are remembered for as long, so that many feeds of one key cost one. */
const LOOK_MS = 1_000;

/**
 * Ends feeds, which would go on for ever, when their key is revoked, expires or loses a right, or their session ends. A client that
 * still may opens another. Answers to requests for turns come to their end.
 */
export function endFeeds(identifiers: Identifiers): AppMiddleware {
  return async (context, next) => {
    await next();
    const { principal } = context.var;
    if (!principal || !isFeed(context)) return;
    const { socket } = context.env.incoming;
    const watch = repeat(LOOK_MS, () => {
      void isSame(identifiers, context, principal).then((same) => {
        if (!same) socket.destroy();
      });
    });
    const stop = () => watch.cancel();
    socket.once("close", stop);
    // A WebSocket has none that closes.
    if (!context.env.upgrade) context.env.outgoing.once("close", stop);
    if (socket.destroyed) stop();
  };
}

function isFeed({ req, res, env }: AppContext): boolean {
  const { path } = req;
  if (path === "/ws") return env.upgrade !== undefined;
  const isOfPeople = path.startsWith("/admin/") || path.startsWith("/approvals/");
  return isOfPeople && res.headers.get("content-type")?.startsWith("text/event-stream") === true;
}

async function isSame(identifiers: Identifiers, context: AppContext, before: Principal): Promise<boolean> {
  try {
    const { principal: now } = await identify(context, identifiers);
    return now.id === before.id && now.adminRole === before.adminRole && now.mayApprove === before.mayApprove;
  } catch (error) {
    // While the database cannot be read, nothing is known of a change.
    return !(error instanceof AppError && error.info.kind === "unauthorized");
  }
}
