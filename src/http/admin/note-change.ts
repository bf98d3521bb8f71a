import type { AppContext } from "../app-env.ts";

/** What the audit log is told of a change, besides who made it and when. Neither side may hold a secret. */
export interface NotedChange {
  /** Default: whoever asks. */
  readonly by?: string;
  /** Default: made of the route, such as `keys.rotate`. */
  readonly action?: string;
  readonly target?: string;
  readonly before?: object;
  readonly after?: object;
}

const noted = new WeakMap<AppContext, NotedChange>();

/** Called by a handler that has changed something. */
export function noteChange(context: AppContext, change: NotedChange): void {
  noted.set(context, change);
}

export function notedChange(context: AppContext): NotedChange | undefined {
  return noted.get(context);
}
