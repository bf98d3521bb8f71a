import type { Approvals } from "../../core/ports/approvals.ts";
import type { Principal } from "../../core/words/principal.ts";
import { AppError } from "../../core/words/app-error.ts";
import {
  adminApprovalListSchema,
  adminApprovalSchema,
  approvalDecisionSchema,
  formatAdminApproval,
} from "../../protocols/admin/approval-schemas.ts";
import { parseAdminBody } from "../../protocols/admin/parse-admin-body.ts";
import { SSE_HEADERS } from "../answers/sse-headers.ts";
import { createSseStream } from "../answers/sse-stream.ts";
import type { AppContext } from "../app-env.ts";
import { readJsonBody } from "../body/read-json-body.ts";
import { requireApprover } from "../require-approver.ts";
import type { AdminRoute } from "./admin-route.ts";
import { FeedCount } from "./feed-count.ts";
import { MAX_ADMIN_BODY_BYTES } from "./max-admin-body.ts";
import { noteChange } from "./note-change.ts";

interface Dependencies {
  readonly approvals: Approvals;
  /** How long a stream may be silent. */
  readonly keepAliveMs: number;
}

/** Everybody's approvals. An admin sees them; only who has the right to approve answers them. */
export function approvalRoutes(dependencies: Dependencies): readonly AdminRoute[] {
  const { approvals } = dependencies;
  return [
    {
      method: "get",
      path: "/admin/api/approvals",
      role: "admin",
      description: {
        summary: "Calls that wait for a person, of all principals, oldest first.",
        answer: adminApprovalListSchema,
      },
      handle: (context) =>
        context.json({
          object: "list",
          data: approvals.list().map((approval) => formatAdminApproval({ approval })),
        }),
    },
    {
      method: "get",
      path: "/admin/api/approvals/stream",
      role: "admin",
      description: { summary: "Approvals as they come and go.", types: ["text/event-stream"] },
      handle: streamAll(dependencies),
    },
    {
      method: "post",
      path: "/admin/api/approvals/:id",
      role: "admin",
      description: {
        summary: "Answer a call. It takes the right to approve besides; the first answer counts.",
        body: approvalDecisionSchema,
        answer: adminApprovalSchema,
      },
      handle: async (context) => {
        const principal = requireApprover(context);
        const body = await readJsonBody(context, MAX_ADMIN_BODY_BYTES);
        const { decision: type, reason } = parseAdminBody(approvalDecisionSchema, body);
        const { approval } = findAnswerable(approvals, principal, context.req.param("id") ?? "");
        const decision = { type, ...(reason != null && reason.trim() !== "" && { reason }) };
        const outcome = approvals.decide(approval.id, decision, principal.id);
        const { toolName: tool, principalId, conversationId } = approval;
        noteChange(context, {
          action: "approvals.decide",
          // What the call would have done is not for the record.
          after: { decision: type, tool, principal: principalId, conversation: conversationId },
        });
        return context.json(formatAdminApproval({ approval, outcome, by: principal.id }));
      },
    },
  ];
}

/** `GET /admin/api/approvals/stream`: the waiting ones, then each change, as server-sent events. */
function streamAll({ approvals, keepAliveMs }: Dependencies) {
  const feeds = new FeedCount(64);
  return (context: AppContext): Response => {
    const gone = feeds.open(context);
    // Watched from now on, so that nothing is missed between what waits and what comes.
    const coming = approvals.watch(gone.signal);
    const waiting = approvals.list();
    async function* encode(): AsyncGenerator<string, void, undefined> {
      try {
        for (const approval of waiting)
          yield encodeEvent("approval.requested", formatAdminApproval({ approval }));
        for await (const event of coming) {
          const type = event.type === "approval-requested" ? "approval.requested" : "approval.resolved";
          yield encodeEvent(type, formatAdminApproval(event));
        }
      } finally {
        gone.abort();
      }
    }
    const options = { keepAliveMs, isSilent: true, onCancel: () => gone.abort() };
    return context.body(createSseStream(encode(), options), 200, SSE_HEADERS);
  };
}

function encodeEvent(type: string, approval: object): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, approval })}\n\n`;
}

/** @throws AppError */
function findAnswerable(approvals: Approvals, { id: by, mayApprove }: Principal, id: string) {
  const found = approvals.find(id);
  if (!found) throw new AppError({ kind: "not-found", message: "There is no approval with this id." });
  if (mayApprove === "all" || found.approval.principalId === by) return found;
  throw new AppError({
    kind: "forbidden",
    message: "This key may answer the approvals of its own turns only (approve: own), and this is another's.",
  });
}
