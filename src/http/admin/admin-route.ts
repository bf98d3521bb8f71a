import type { RouteDescription } from "../../protocols/admin/format-openapi.ts";
import type { AppContext } from "../app-env.ts";

/** A route of the admin API. */
export interface AdminRoute {
  readonly method: "get" | "post" | "delete";
  /** Parameters as `:name`. */
  readonly path: `/admin/api/${string}` | "/ws" | "/metrics";
  /** Who may use it: viewers only what changes nothing and tells no secret; `user`: whoever is signed in, about themselves. */
  readonly role: "viewer" | "admin" | "user" | "anyone";
  /** For `/openapi.json`. */
  readonly description?: RouteDescription;
  readonly handle: (context: AppContext) => Response | Promise<Response>;
}
