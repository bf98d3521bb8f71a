import { AppError } from "../../core/words/app-error.ts";
import type { RequestLogStore } from "../../core/ports/request-log.ts";
import { EXPORT_TYPES, type ExportFormat, exportInPages } from "../../protocols/admin/format-export.ts";
import { formatOverview } from "../../protocols/admin/format-overview.ts";
import { formatRequestDetail, formatRequestPage } from "../../protocols/admin/format-request.ts";
import { formatRequestUsage, formatUsageExport } from "../../protocols/admin/format-request-usage.ts";
import { parseOverviewQuery } from "../../protocols/admin/parse-overview-query.ts";
import { parseExportQuery, parseRequestPageQuery } from "../../protocols/admin/parse-request-query.ts";
import { parseUsageQuery } from "../../protocols/admin/parse-usage-query.ts";
import { OVERVIEW_RANGES, type OverviewRange, sumOverview } from "../../service/request-log/sum-overview.ts";
import { sumRequestUsage, USAGE_DIVISIONS } from "../../service/request-log/sum-request-usage.ts";
import type { AppContext } from "../app-env.ts";
import type { AdminRoute } from "./admin-route.ts";

interface Dependencies {
  /** Absent when it is switched off. */
  readonly requestLog?: Pick<RequestLogStore, "list" | "find" | "sum">;
}

export function requestRoutes(
  dependencies: Dependencies & { readonly clock: () => number },
): readonly AdminRoute[] {
  return [
    { method: "get", path: "/admin/api/overview", role: "viewer", handle: showOverview(dependencies) },
    { method: "get", path: "/admin/api/usage", role: "viewer", handle: showUsage(dependencies) },
    {
      method: "get",
      path: "/admin/api/requests",
      role: "viewer",
      handle: listRequestsOnRecord(dependencies),
    },
    {
      method: "get",
      path: "/admin/api/requests/export",
      role: "viewer",
      handle: exportRequests(dependencies),
    },
    {
      method: "get",
      path: "/admin/api/requests/:id",
      role: "viewer",
      handle: showRequestOnRecord(dependencies),
    },
  ];
}

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
    const entry = await requireLog(dependencies).find(context.req.param("id") ?? "");
    if (entry) return context.json(formatRequestDetail(entry));
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
function requireLog({ requestLog }: Dependencies): Pick<RequestLogStore, "list" | "find" | "sum"> {
  if (requestLog) return requestLog;
  throw new AppError({
    kind: "not-found",
    message: "This server keeps no request log (setting requestLog.mode).",
  });
}
