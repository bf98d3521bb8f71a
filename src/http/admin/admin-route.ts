import type { AppContext } from "../app-env.ts";

/** A route of the admin API. */
export interface AdminRoute {
  readonly method: "get" | "post" | "delete";
  /** Below `/admin/api`; parameters as `:name`. */
  readonly path: `/admin/api/${string}`;
  /** Who may use it: viewers only what changes nothing and tells no secret. */
  readonly role: "viewer" | "admin";
  readonly handle: (context: AppContext) => Response | Promise<Response>;
}
