import type { RouteDescription } from "../../protocols/admin/format-openapi.ts";
import type { AppContext } from "../app-env.ts";

/** A route of the admin API. */
export interface AdminRoute {
  readonly method: "get" | "post" | "delete";
  /** Parameters as `:name`. */
  readonly path: `/admin/api/${string}` | "/ws" | "/metrics";
  /** Who may use it: viewers only what changes nothing and tells no secret. */
  readonly role: "viewer" | "admin" | "anyone";
  /** For `/openapi.json`. */
  readonly description?: RouteDescription;
  readonly handle: (context: AppContext) => Response | Promise<Response>;
}
