import { delay } from "../../src/lib/time.ts";
import type { Turnpike } from "./start-turnpike.ts";

export const APPROVER_KEY = "tp-approver-key-one";
export const OTHER_APPROVER_KEY = "tp-approver-key-two";

/** A server whose approvals these keys may answer. */
export const APPROVER_FLAGS = { "auth.approverKeys": [APPROVER_KEY, OTHER_APPROVER_KEY] };

/** An approval as the API tells of it, as far as tests look at it. */
export interface SeenApproval {
  readonly id: string;
  readonly status: string;
  readonly tool: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly conversation_id: string;
  readonly always_allows: readonly string[];
  readonly decided_by?: string;
}

/** Those that wait, as this key sees them. */
export async function listApprovals(turnpike: Turnpike, key = APPROVER_KEY): Promise<SeenApproval[]> {
  const response = await turnpike.fetch("/approvals", { headers: { authorization: `Bearer ${key}` } });
  if (!response.ok) throw new Error(await response.text());
  // Proof for the cast: the tests of the route check the shape of its answers.
  return ((await response.json()) as { data: SeenApproval[] }).data;
}

export async function findApproval(turnpike: Turnpike, id: string): Promise<SeenApproval> {
  const headers = { authorization: `Bearer ${APPROVER_KEY}` };
  const response = await turnpike.fetch(`/approvals/${id}`, { headers });
  // Proof for the cast: as above.
  return (await response.json()) as SeenApproval;
}

/** Resolves when so many wait at the same time. */
export async function untilWaiting(turnpike: Turnpike, count: number): Promise<SeenApproval[]> {
  for (;;) {
    const waiting = await listApprovals(turnpike);
    if (waiting.length === count) return waiting;
    await delay(10);
  }
}

/** The one that waits, as soon as it does. */
export async function nextApproval(turnpike: Turnpike): Promise<SeenApproval> {
  const [approval] = await untilWaiting(turnpike, 1);
  if (!approval) throw new Error("No approval waits.");
  return approval;
}

export function decide(
  turnpike: Turnpike,
  id: string,
  decision: { readonly decision: string; readonly reason?: string },
  key = APPROVER_KEY,
): Promise<Response> {
  return turnpike.fetch(`/approvals/${id}`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify(decision),
  });
}

/** The status of the answer: 200 when this one counted. */
export async function answer(
  turnpike: Turnpike,
  id: string,
  decision: "allow" | "deny" | "always",
  key?: string,
): Promise<number> {
  return (await decide(turnpike, id, { decision }, key)).status;
}

/** Somebody is there and denies whatever is asked. */
export function denyAll({ approvals }: Turnpike): { readonly asked: string[]; end(): void } {
  const controller = new AbortController();
  const asked: string[] = [];
  void (async () => {
    for await (const event of approvals.watch(controller.signal)) {
      if (event.type !== "approval-requested") continue;
      asked.push(JSON.stringify(event.approval.input));
      approvals.decide(event.approval.id, { type: "deny" }, "test");
    }
  })();
  return { asked, end: () => controller.abort() };
}
