import type { AppMiddleware } from "../app-env.ts";

/**
 * The GET route answers a HEAD request as well, only without a body. The body is cancelled here: a stream that nobody reads would
 * go on forever.
 */
export function answerHead(): AppMiddleware {
  return async (context, next) => {
    await next();
    if (context.req.method === "HEAD") await context.res.body?.cancel();
  };
}
