import type { Hono } from "hono";

import type { ReportHealth } from "../../core/ports/health.ts";
import type { ServerFacts } from "../../core/words/server-facts.ts";
import { formatStatus } from "../../protocols/admin/format-status.ts";
import { parseStopRequest, type StopRequest } from "../../protocols/admin/parse-stop-request.ts";
import type { TurnRuns } from "../../service/runs/turn-runs.ts";
import type { AppContext, AppEnv } from "../app-env.ts";
import { readJsonBody } from "../body/read-json-body.ts";
import { cancelRun, followRun, listRuns, showRun } from "./runs.ts";

export interface AdminParts {
  readonly runs: TurnRuns;
  readonly health: ReportHealth;
  readonly server: ServerFacts;
  readonly keepAliveMs: number;
  /** Called with each request to end the server; it answers until it has ended. May throw an AppError. */
  readonly onStop: (request: StopRequest) => void;
}

/** What the operator may do. Whoever reaches these routes has that right: what serves them checks it. */
export function addAdminRoutes(app: Hono<AppEnv>, parts: AdminParts): void {
  app.get("/admin/api/status", showStatus(parts));
  app.get("/admin/api/runs", listRuns(parts));
  app.get("/admin/api/runs/:id", showRun(parts));
  app.get("/admin/api/runs/:id/events", followRun(parts));
  app.post("/admin/api/runs/:id/cancel", cancelRun(parts));
  app.post("/admin/api/stop", stopServer(parts));
}

/** `GET /admin/api/status` */
function showStatus({ health, server }: AdminParts) {
  return (context: AppContext): Response => context.json(formatStatus(server, health()));
}

const MAX_BODY_BYTES = 64 * 1024;

/** `POST /admin/api/stop` */
function stopServer({ health, server, onStop }: AdminParts) {
  return async (context: AppContext): Promise<Response> => {
    onStop(parseStopRequest(await readJsonBody(context, MAX_BODY_BYTES)));
    return context.json(formatStatus(server, health()), 202);
  };
}
