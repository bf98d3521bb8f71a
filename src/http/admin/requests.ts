import { AppError } from "../../core/words/app-error.ts";
import type { RequestLogStore } from "../../core/ports/request-log.ts";
import { EXPORT_TYPES, type ExportFormat, exportInPages } from "../../protocols/admin/format-export.ts";
import { formatOverview } from "../../protocols/admin/format-overview.ts";
import { formatRequestDetail, formatRequestPage } from "../../protocols/admin/format-request.ts";
import { formatRequestUsage, formatUsageExport } from "../../protocols/admin/format-request-usage.ts";
import {
  overviewSchema,
  requestDetailSchema,
  requestPageSchema,
  requestUsageSchema,
} from "../../protocols/admin/request-schemas.ts";
import { parseOverviewQuery } from "../../protocols/admin/parse-overview-query.ts";
import {
  parseExportQuery,
  parseRequestPageQuery,
  type RequestParameter,
} from "../../protocols/admin/parse-request-query.ts";
import { parseUsageQuery } from "../../protocols/admin/parse-usage-query.ts";
import { OVERVIEW_RANGES, type OverviewRange, sumOverview } from "../../service/request-log/sum-overview.ts";
import { sumRequestUsage, USAGE_DIVISIONS } from "../../service/request-log/sum-request-usage.ts";
import { idOf } from "../id-of.ts";
import type { AppContext } from "../app-env.ts";
import type { AdminRoute } from "./admin-route.ts";

type ReadLog = Pick<RequestLogStore, "list" | "find" | "sum" | "sumConversations">;

interface Dependencies {
  /** Absent when it is switched off. */
  readonly requestLog?: ReadLog;
}

export function requestRoutes(
  dependencies: Dependencies & { readonly clock: () => number },
): readonly AdminRoute[] {
  return [
    {
      method: "get",
      path: "/admin/api/overview",
      role: "viewer",
      description: {
        summary: "Sums over 1h, 24h or 30d, in steps.",
        query: OVERVIEW_QUERY,
        answer: overviewSchema,
      },
      handle: showOverview(dependencies),
    },
    {
      method: "get",
      path: "/admin/api/usage",
      role: "viewer",
      description: {
        summary:
          "What was used, by day, month, key, model, profile or conversation, from the sums that are kept.",
        query: USAGE_QUERY,
        answer: requestUsageSchema,
      },
      handle: showUsage(dependencies),
    },
    {
      method: "get",
      path: "/admin/api/requests",
      role: "viewer",
      description: {
        summary: "A page of the requests on record, the newest first.",
        query: { ...REQUEST_QUERY, limit: "How many at most.", after: "The `next` of the page before." },
        answer: requestPageSchema,
      },
      handle: listRequestsOnRecord(dependencies),
    },
    {
      method: "get",
      path: "/admin/api/requests/export",
      role: "viewer",
      description: {
        summary: "All requests on record that fit, the newest first.",
        query: { ...REQUEST_QUERY, format: "ndjson or csv." },
        types: ["application/x-ndjson", "text/csv"],
      },
      handle: exportRequests(dependencies),
    },
    {
      method: "get",
      path: "/admin/api/requests/:id",
      role: "viewer",
      description: {
        summary: "A request on record, by its id or that of its turn, completion, response or message.",
        answer: requestDetailSchema,
      },
      handle: showRequestOnRecord(dependencies),
    },
  ];
}

const OVERVIEW_QUERY = {
  range: "1h, 24h or 30d.",
  principal: "Only of this key or person.",
  model: "Only of this model.",
  profile: "Only of this profile.",
  protocol: "Only in this protocol.",
  status: "Only with this HTTP status.",
  error: "Only with this kind of error.",
};

const USAGE_QUERY = {
  by: `${USAGE_DIVISIONS.join(", ")}; day, if none is named.`,
  since: "From this time on: milliseconds since the epoch, or ISO 8601; 30 days ago, if none is named.",
  until: "Up to this time.",
  time_zone: "Whose days, such as Europe/Berlin; UTC, if none is named.",
  principal: "Only of this key or person.",
  model: "Only of this model; not by conversation.",
  profile: "Only of this profile; not by conversation.",
  format: "ndjson or csv, for a file.",
};

const REQUEST_QUERY: Readonly<Record<RequestParameter, string>> = {
  since: "From this time on: milliseconds since the epoch, or ISO 8601.",
  until: "Up to this time.",
  principal: "Only of this key or person.",
  model: "Only of this model.",
  profile: "Only of this profile.",
  protocol: "Only in this protocol.",
  status: "Only with this HTTP status.",
  error: "Only with this kind of error.",
  client: "Only of this client.",
  conversation: "Only in this conversation.",
  placement: "Only with this placement.",
  slower_than_ms: "Only those that took longer.",
};

/** `GET /admin/api/requests`: a page of the requests on record, newest first. */
function listRequestsOnRecord(dependencies: Dependencies) {
  return async (context: AppContext): Promise<Response> => {
    const { filter, page } = parseRequestPageQuery(context.req.query());
    const entries = await requireLog(dependencies).list(filter, { ...page, limit: page.limit + 1 });
    return context.json(formatRequestPage(entries, page.limit));
  };
}

/** `GET /admin/api/requests/{id}`: by its id, or that of its turn, completion, response or message. */
function showRequestOnRecord(dependencies: Dependencies) {
  return async (context: AppContext): Promise<Response> => {
    const entry = await requireLog(dependencies).find(idOf(context));
    // What was said is for administrators, and for the operator, who comes by the socket.
    const isViewer = context.var.principal?.adminRole === "viewer";
    if (entry) return context.json(formatRequestDetail(entry, !isViewer));
    throw new AppError({ kind: "not-found", message: "There is no request with this id on record." });
  };
}

/** `GET /admin/api/requests/export`: all requests that fit, newest first, as they are read. */
function exportRequests(dependencies: Dependencies) {
  return async (context: AppContext): Promise<Response> => {
    const { filter, format } = parseExportQuery(context.req.query());
    const log = requireLog(dependencies);
    const lines = exportInPages((page) => log.list(filter, page), format);
    const encoder = new TextEncoder();
    const body = new ReadableStream<Uint8Array>(
      {
        // Asked again only when the reader has taken what it got.
        async pull(controller) {
          const { value, done } = await lines.next();
          if (done) controller.close();
          else controller.enqueue(encoder.encode(value));
        },
        async cancel() {
          await lines.return();
        },
      },
      { highWaterMark: 0 },
    );
    return context.body(body, 200, fileHeaders("requests", format));
  };
}

/** `GET /admin/api/overview` */
function showOverview(dependencies: Dependencies & { readonly clock: () => number }) {
  // Proof for the cast: they are the keys of that object.
  const ranges = Object.keys(OVERVIEW_RANGES) as OverviewRange[];
  return async (context: AppContext): Promise<Response> => {
    const { range, only } = parseOverviewQuery(context.req.query(), ranges);
    return context.json(
      formatOverview(await sumOverview(requireLog(dependencies), range, only, dependencies.clock())),
    );
  };
}

/** `GET /admin/api/usage` */
function showUsage(dependencies: Dependencies & { readonly clock: () => number }) {
  return async (context: AppContext): Promise<Response> => {
    const now = dependencies.clock();
    const { format, ...asked } = parseUsageQuery(context.req.query(), USAGE_DIVISIONS, now);
    const body = formatRequestUsage({
      ...asked,
      ...(await sumRequestUsage(requireLog(dependencies), asked, now)),
    });
    if (!format) return context.json(body);
    return context.body(formatUsageExport(body, format), 200, fileHeaders(`usage-by-${asked.by}`, format));
  };
}

function fileHeaders(name: string, format: ExportFormat): Record<string, string> {
  return {
    "Content-Type": EXPORT_TYPES[format],
    "Content-Disposition": `attachment; filename="${name}.${format}"`,
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
  };
}

/** @throws AppError */
function requireLog({ requestLog }: Dependencies): ReadLog {
  if (requestLog) return requestLog;
  throw new AppError({
    kind: "not-found",
    message: "This server keeps no request log (setting requestLog.mode).",
  });
}
