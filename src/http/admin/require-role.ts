import { AppError } from "../../core/words/app-error.ts";
import type { AppContext } from "../app-env.ts";
import { requireIdentity, requireSession } from "../require-principal.ts";
import type { AdminRoute } from "./admin-route.ts";

/** @throws AppError `forbidden` when who asks may not use a route for this role */
export function requireRole(context: AppContext, role: AdminRoute["role"]): void {
  if (role === "anyone") return;
  if (role === "user") {
    requireSession(context);
    return;
  }
  const { adminRole } = requireIdentity(context);
  if (adminRole === "admin" || (adminRole === "viewer" && role === "viewer")) return;
  throw new AppError({
    kind: "forbidden",
    message: adminRole
      ? "The role viewer may read the admin API and change nothing. This takes the role admin."
      : "The admin API takes a key with the role admin or viewer. The operator makes one on the server's machine: turnpike keys create NAME --role admin",
  });
}
