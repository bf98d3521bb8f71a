import type { ApprovalEvent, Approvals } from "../../core/ports/approvals.ts";
import type { Principal } from "../../core/words/principal.ts";
import { AppError } from "../../core/words/app-error.ts";
import {
  adminApprovalListSchema,
  adminApprovalSchema,
  approvalDecisionSchema,
  formatAdminApproval,
} from "../../protocols/admin/approval-schemas.ts";
import { parseAdminBody } from "../../protocols/admin/parse-admin-body.ts";
import { encodeApprovalEvent } from "../../protocols/approvals/encode-approval-event.ts";
import { followApprovals } from "../../service/follow-approvals.ts";
import { sendFeed } from "../answers/send-feed.ts";
import { idOf } from "../id-of.ts";
import type { AppContext } from "../app-env.ts";
import { readJsonBody } from "../body/read-json-body.ts";
import { requireApprover } from "../require-approver.ts";
import type { AdminRoute } from "./admin-route.ts";
import { countFeeds } from "./count-feeds.ts";
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
        const { approval } = findAnswerable(approvals, principal, idOf(context));
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
  const feeds = countFeeds();
  return (context: AppContext): Response =>
    sendFeed(context, { keepAliveMs, gone: feeds.open(context) }, (signal) =>
      encodeAll(followApprovals(approvals, signal)),
    );
}

async function* encodeAll(events: AsyncIterable<ApprovalEvent>): AsyncGenerator<string, void, undefined> {
  for await (const event of events) yield encodeApprovalEvent(event, formatAdminApproval);
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
