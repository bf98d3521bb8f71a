import { auditListSchema, formatAuditList, parseAuditQuery } from "../../protocols/admin/audit-schemas.ts";
import type { AuditTrail } from "../../service/audit/audit-trail.ts";
import type { AdminRoute } from "./admin-route.ts";

export function auditRoutes({ audit }: { readonly audit: AuditTrail }): readonly AdminRoute[] {
  return [
    {
      method: "get",
      path: "/admin/api/audit",
      role: "admin",
      description: {
        summary: "Who changed what over the admin API, the latest first.",
        query: { limit: "How many at most.", after: "The `next` of the page before." },
        answer: auditListSchema,
      },
      handle: async (context) => {
        const page = parseAuditQuery(context.req.query());
        return context.json(
          formatAuditList(await audit.list({ ...page, limit: page.limit + 1 }), page.limit),
        );
      },
    },
  ];
}
