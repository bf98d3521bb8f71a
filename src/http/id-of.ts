import type { AppContext } from "./app-env.ts";

/** What stands for `:id` in the path of a route. */
export function idOf({ req }: AppContext): string {
  return req.param("id") ?? "";
}
