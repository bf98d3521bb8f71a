import type { AuditTrail } from "../../service/audit/audit-trail.ts";
import type { AppContext } from "../app-env.ts";
import type { AdminRoute } from "./admin-route.ts";
import { type NotedChange, notedChange } from "./note-change.ts";

/**
 * The route's handler, whose changes go on record when they have been made. What the request says in its body is not: a handler
 * notes what may be told of it. Routes for anyone, such as signing in, are changes only where their handler notes one.
 */
export function audited(route: AdminRoute, audit: AuditTrail): AdminRoute["handle"] {
  if (route.method === "get") return route.handle;
  return async (context) => {
    const response = await route.handle(context);
    const noted = notedChange(context);
    if (response.ok && (noted || route.role !== "anyone")) await record(context, route, audit, noted);
    return response;
  };
}

async function record(
  context: AppContext,
  route: AdminRoute,
  audit: AuditTrail,
  noted: NotedChange = {},
): Promise<void> {
  const { by = context.var.principal?.id ?? "nobody", action = actionOf(route), ...change } = noted;
  const target = context.req.param("id");
  await audit.record({
    by,
    action,
    ...(target !== undefined && { target }),
    ...change,
  });
}

/** `POST /admin/api/keys/:id/rotate` is `keys.rotate`. */
function actionOf({ method, path }: AdminRoute): string {
  const [what = "", ...rest] = path.replace("/admin/api/", "").split("/");
  const last = rest.at(-1);
  if (method === "delete") return `${what}.delete`;
  if (last === undefined) return `${what}.create`;
  return last.startsWith(":") ? `${what}.change` : `${what}.${last}`;
}
