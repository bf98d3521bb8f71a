import type { AppMiddleware } from "../app-env.ts";

/**
 * A HEAD request is answered by the route for GET, and only the body stays out. It is given up here: a stream that nobody
 * reads would go on for ever.
 */
export function answerHead(): AppMiddleware {
  return async (context, next) => {
    await next();
    if (context.req.method === "HEAD") await context.res.body?.cancel();
  };
}
