import { AppError } from "../../core/words/app-error.ts";
import type { Approval, ApprovalEvent, Approvals, FoundApproval } from "../../core/ports/approvals.ts";
import { encodeApprovalEvent } from "../../protocols/approvals/encode-approval-event.ts";
import { formatApproval, formatApprovalList } from "../../protocols/approvals/format-approval.ts";
import { parseDecision } from "../../protocols/approvals/parse-decision.ts";
import { idOf } from "../id-of.ts";
import type { AppContext } from "../app-env.ts";
import type { AppDependencies } from "../app-dependencies.ts";
import type { Principal } from "../../core/words/principal.ts";
import { readJsonBody } from "../body/read-json-body.ts";
import { requireApprover } from "../require-approver.ts";
import { requireIdentity } from "../require-principal.ts";
import { followApprovals } from "../../service/follow-approvals.ts";
import { FeedCount } from "../answers/feed-count.ts";
import { sendFeed } from "../answers/send-feed.ts";

type Dependencies = Pick<AppDependencies, "approvals" | "options">;

const MAX_FEEDS = 256;
const TOO_MANY_FEEDS = `This server has ${MAX_FEEDS} feeds of approvals open and opens no more. Close one, or try again later.`;

/** `GET /approvals`: the waiting ones, oldest first. */
export function listApprovals({ approvals }: Pick<Dependencies, "approvals">) {
  return (context: AppContext): Response => {
    const principal = requireIdentity(context);
    return context.json(formatApprovalList(approvals.list().filter((each) => maySee(principal, each))));
  };
}

/** `GET /approvals/{id}`: also finds one that was answered recently. */
export function showApproval({ approvals }: Pick<Dependencies, "approvals">) {
  return (context: AppContext): Response =>
    context.json(formatApproval(findSeen(approvals, requireIdentity(context), idOf(context))));
}

/** `POST /approvals/{id}`: the first answer counts. */
export function decideApproval({ approvals, options }: Dependencies) {
  return async (context: AppContext): Promise<Response> => {
    const principal = requireApprover(context);
    const decision = parseDecision(await readJsonBody(context, options.maxBodyBytes));
    const { approval } = findSeen(approvals, principal, idOf(context));
    const outcome = approvals.decide(approval.id, decision, principal.id);
    return context.json(formatApproval({ approval, outcome, by: principal.id }));
  };
}

/** `GET /approvals/stream`: the waiting approvals, then each change, as server-sent events. */
export function streamApprovals({ approvals, options: { keepAliveMs } }: Dependencies) {
  const feeds = new FeedCount(MAX_FEEDS, TOO_MANY_FEEDS);
  return (context: AppContext): Response => {
    const principal = requireIdentity(context);
    return sendFeed(context, { keepAliveMs, gone: feeds.open(context) }, (signal) =>
      encodeSeen(principal, followApprovals(approvals, signal)),
    );
  };
}

async function* encodeSeen(
  principal: Principal,
  events: AsyncIterable<ApprovalEvent>,
): AsyncGenerator<string, void, undefined> {
  for await (const event of events) if (maySee(principal, event.approval)) yield encodeApprovalEvent(event);
}

function maySee({ id, mayApprove }: Principal, approval: Approval): boolean {
  return mayApprove === "all" || approval.principalId === id;
}

function findSeen(approvals: Approvals, principal: Principal, id: string): FoundApproval {
  const found = approvals.find(id);
  if (!found || !maySee(principal, found.approval)) {
    throw new AppError({ kind: "not-found", message: "There is no approval with this id." });
  }
  return found;
}
