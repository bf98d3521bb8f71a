import type { Hono } from "hono";

import type { Approvals } from "../../core/ports/approvals.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { ReportHealth } from "../../core/ports/health.ts";
import type { LogControl } from "../../core/ports/logger.ts";
import type { RequestLogStore } from "../../core/ports/request-log.ts";
import type { SettingsAdmin } from "../../core/ports/settings-admin.ts";
import type { ServerFacts } from "../../core/words/server-facts.ts";
import type { DescribedRoute } from "../../protocols/admin/format-openapi.ts";
import { formatStatus } from "../../protocols/admin/format-status.ts";
import { runListSchema, runSchema, statusSchema } from "../../protocols/admin/run-schemas.ts";
import { parseStopRequest, type StopRequest } from "../../protocols/admin/parse-stop-request.ts";
import type { KeyAdmin } from "../../service/access/key-admin.ts";
import type { AuditTrail } from "../../service/audit/audit-trail.ts";
import type { ConversationAdmin } from "../../service/conversations/conversation-admin.ts";
import type { People } from "../../service/people/people.ts";
import type { SessionDirectory } from "../../service/people/session-directory.ts";
import type { UserAdmin } from "../../service/people/user-admin.ts";
import type { RequestFeed } from "../../service/request-log/request-feed.ts";
import type { TurnRuns } from "../../service/runs/turn-runs.ts";
import type { AppContext, AppEnv } from "../app-env.ts";
import { readJsonBody } from "../body/read-json-body.ts";
import type { AdminRoute } from "./admin-route.ts";
import { approvalRoutes } from "./approvals.ts";
import { auditRoutes } from "./audit.ts";
import { audited } from "./audited.ts";
import { conversationRoutes } from "./conversations.ts";
import { feedRoutes } from "./feed.ts";
import { keyRoutes } from "./keys.ts";
import { MAX_ADMIN_BODY_BYTES } from "./max-admin-body.ts";
import { logRoutes } from "./log.ts";
import { type MetricsSource, metricsRoutes } from "./metrics.ts";
import { requestRoutes } from "./requests.ts";
import { requireRole } from "./require-role.ts";
import { settingRoutes } from "./settings.ts";
import { type ServerViews, serverViewRoutes } from "./server-views.ts";
import { cancelRun, followRun, listRuns, showRun } from "./runs.ts";
import { sessionRoutes } from "./session.ts";
import { userRoutes } from "./users.ts";

export interface AdminParts {
  readonly runs: TurnRuns;
  readonly feed: RequestFeed;
  /** Absent when it is switched off. */
  readonly requestLog?: Pick<RequestLogStore, "list" | "find" | "sum" | "sumConversations">;
  readonly metrics?: MetricsSource;
  readonly keys: KeyAdmin;
  readonly conversations: ConversationAdmin;
  readonly approvals: Approvals;
  readonly users: UserAdmin;
  readonly people: People;
  /** Absent where nobody signs in. */
  readonly sessions?: SessionDirectory;
  /** Absent where nothing is logged. */
  readonly log?: LogControl;
  readonly views: ServerViews;
  /** Absent where the server was not started from settings. */
  readonly settings?: SettingsAdmin;
  readonly audit: AuditTrail;
  readonly clock: Clock;
  readonly health: ReportHealth;
  readonly server: () => ServerFacts;
  readonly keepAliveMs: number;
}

/** What only the operator on this machine may do. */
export interface OperatorParts {
  /** Called with each request to end the server; it answers until it has ended. May throw an AppError. */
  readonly onStop: (request: StopRequest) => void;
}

/** All routes of the admin API. */
export function adminRoutes(parts: AdminParts): readonly AdminRoute[] {
  return [
    {
      method: "get",
      path: "/admin/api/status",
      role: "viewer",
      description: { summary: "How the server is.", answer: statusSchema },
      handle: showStatus(parts),
    },
    {
      method: "get",
      path: "/admin/api/runs",
      role: "viewer",
      description: { summary: "The turns under way, then the latest that are over.", answer: runListSchema },
      handle: listRuns(parts),
    },
    {
      method: "get",
      path: "/admin/api/runs/:id",
      role: "viewer",
      description: { summary: "A turn under way or lately over.", answer: runSchema },
      handle: showRun(parts),
    },
    {
      method: "get",
      path: "/admin/api/runs/:id/events",
      role: "admin",
      description: { summary: "A turn as it is, then what happens in it.", types: ["text/event-stream"] },
      handle: followRun(parts),
    },
    {
      method: "post",
      path: "/admin/api/runs/:id/cancel",
      role: "admin",
      description: { summary: "Cancel a turn.", status: 202, answer: runSchema },
      handle: cancelRun(parts),
    },
    ...requestRoutes(parts),
    ...feedRoutes(parts),
    ...metricsRoutes(parts),
    ...keyRoutes(parts),
    ...conversationRoutes(parts),
    ...approvalRoutes(parts),
    ...userRoutes(parts),
    ...sessionRoutes(parts),
    ...logRoutes(parts),
    ...serverViewRoutes(parts),
    ...settingRoutes(parts),
    ...auditRoutes(parts),
  ];
}

/** For whoever has a key with a role, over the network, and described for everybody. */
export function addAdminRoutes(app: Hono<AppEnv>, parts: AdminParts): void {
  const routes = adminRoutes(parts);
  for (const route of routes) {
    const handle = audited(route, parts.audit);
    app.on(route.method.toUpperCase(), route.path, (context) => {
      requireRole(context, route.role);
      return handle(context);
    });
  }
  // It is the same for the life of the server, and large. What describes it is loaded for the first who asks.
  let document: Promise<object> | undefined;
  app.get("/openapi.json", async (context) => context.json(await (document ??= describe(routes, parts))));
}

async function describe(routes: readonly AdminRoute[], { health }: AdminParts): Promise<object> {
  const { API_ROUTES } = await import("../openapi/api-routes.ts");
  const { formatOpenApi } = await import("../../protocols/admin/format-openapi.ts");
  return formatOpenApi([...API_ROUTES, ...routes.map(describeAccess)], health().version);
}

function describeAccess(route: AdminRoute): DescribedRoute {
  return { ...route, ...(route.role === "anyone" && { isPublic: true }) };
}

/** For the operator: whoever reaches these routes has that right, and what serves them checks it. */
export function addOperatorRoutes(app: Hono<AppEnv>, parts: AdminParts & OperatorParts): void {
  for (const route of adminRoutes(parts)) {
    app.on(route.method.toUpperCase(), route.path, audited(route, parts.audit));
  }
  app.post("/admin/api/stop", stopServer(parts));
}

/** `GET /admin/api/status` */
function showStatus({ health, server }: AdminParts) {
  return (context: AppContext): Response => context.json(formatStatus(server(), health()));
}

/** `POST /admin/api/stop` */
function stopServer({ health, server, onStop }: AdminParts & OperatorParts) {
  return async (context: AppContext): Promise<Response> => {
    onStop(parseStopRequest(await readJsonBody(context, MAX_ADMIN_BODY_BYTES)));
    return context.json(formatStatus(server(), health()), 202);
  };
}
