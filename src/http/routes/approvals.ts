import { AppError } from "../../core/words/app-error.ts";
import type { Approval, ApprovalEvent, Approvals, FoundApproval } from "../../core/ports/approvals.ts";
import { encodeApprovalEvent } from "../../protocols/approvals/encode-approval-event.ts";
import { formatApproval, formatApprovalList } from "../../protocols/approvals/format-approval.ts";
import { parseDecision } from "../../protocols/approvals/parse-decision.ts";
import type { AppContext } from "../app-env.ts";
import type { AppDependencies } from "../app-dependencies.ts";
import type { Principal } from "../../core/words/principal.ts";
import { readJsonBody } from "../body/read-json-body.ts";
import { requireApprover } from "../require-approver.ts";
import { requireIdentity } from "../require-principal.ts";
import { SSE_HEADERS } from "../answers/sse-headers.ts";
import { createSseStream } from "../answers/sse-stream.ts";

type Dependencies = Pick<AppDependencies, "approvals" | "options">;

const MAX_FEEDS = 256;

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
export function streamApprovals({ approvals, options }: Dependencies) {
  let count = 0;
  return (context: AppContext): Response => {
    const principal = requireIdentity(context);
    if (count >= MAX_FEEDS) throw tooManyFeeds();
    count += 1;
    const gone = new AbortController();
    gone.signal.addEventListener("abort", () => void (count -= 1), { once: true });
    context.env.outgoing.once("close", () => gone.abort());
    const body = createSseStream(encodeFeed(approvals, principal, gone), {
      keepAliveMs: options.keepAliveMs,
      // The first bytes show that the feed is open, even when nothing waits.
      isSilent: true,
      onCancel: () => gone.abort(),
    });
    return context.body(body, 200, SSE_HEADERS);
  };
}

/** Watches from the moment of the call, so that nothing is missed between the waiting approvals and later events. */
function encodeFeed(
  approvals: Approvals,
  principal: Principal,
  gone: AbortController,
): AsyncIterable<string> {
  const coming = approvals.watch(gone.signal);
  const waiting = approvals.list().map((approval) => ({ type: "approval-requested", approval }) as const);
  return encodeSeen(principal, waiting, coming, gone);
}

async function* encodeSeen(
  principal: Principal,
  waiting: readonly ApprovalEvent[],
  coming: AsyncIterable<ApprovalEvent>,
  gone: AbortController,
): AsyncGenerator<string, void, undefined> {
  try {
    for (const event of waiting) if (maySee(principal, event.approval)) yield encodeApprovalEvent(event);
    for await (const event of coming) if (maySee(principal, event.approval)) yield encodeApprovalEvent(event);
  } finally {
    gone.abort();
  }
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

function idOf(context: AppContext): string {
  return context.req.param("id") ?? "";
}

function tooManyFeeds(): AppError {
  return new AppError({
    kind: "queue-full",
    message: `This server has ${MAX_FEEDS} feeds of approvals open and opens no more. Close one, or try again later.`,
  });
}
