import type { Approval, ApprovalDecision, ApprovalEvent } from "../../core/ports/approvals.ts";
import { AppError } from "../../core/words/app-error.ts";
import type { ConversationId, PrincipalId, TurnId } from "../../core/words/ids.ts";
import type { PermissionOutcome } from "../../core/words/turn-event.ts";
import { PushQueue } from "../../lib/push-queue.ts";
import type { ApprovalBody } from "../../protocols/approvals/format-approval.ts";
import type { PromptedApprovals } from "../approval-prompt.ts";
import {
  type ControlClient,
  ControlError,
  messageOf,
  NoAnswerError,
  readAnswer,
} from "../daemon/control-client.ts";
import { readServerEvents } from "../daemon/read-server-events.ts";

interface FeedEvent {
  readonly type: "approval.requested" | "approval.resolved";
  readonly approval: ApprovalBody;
}

const OUTCOMES: Readonly<Record<string, PermissionOutcome>> = {
  allowed: "allowed",
  always_allowed: "always-allowed",
  denied: "denied",
  timed_out: "timed-out",
  cancelled: "cancelled",
};

/** The approvals of a chat's turns on a server, for whoever has its approver key. Other turns are for others to answer. */
export class RemoteApprovals implements PromptedApprovals {
  readonly #client: ControlClient;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #turns = new Set<string>();
  /** Of turns that are not the chat's, or not known to be yet. */
  readonly #held = new Map<string, Approval>();
  readonly #waiting = new Map<string, Approval>();
  readonly #events = new PushQueue<ApprovalEvent>();

  constructor(client: ControlClient, key: string) {
    this.#client = client;
    this.#headers = { authorization: `Bearer ${key}` };
  }

  /** From now on the approvals of this turn count, also those that have come. */
  askAbout(turnId: string): void {
    this.#turns.add(turnId);
    for (const approval of this.#held.values()) {
      if (approval.turnId !== turnId) continue;
      this.#held.delete(approval.id);
      this.#request(approval);
    }
  }

  /** Follows the server's feed until the signal aborts. @throws ControlError when the key is refused */
  async follow(signal: AbortSignal): Promise<void> {
    const options = { headers: this.#headers, signal };
    const response = await this.#client.open("GET", "/approvals/stream", undefined, options);
    if (response.statusCode !== 200)
      throw new ControlError(response.statusCode ?? 0, messageOf(await readAnswer(response)));
    try {
      for await (const event of readServerEvents(response)) {
        // Proof for the cast: the server is of the same program.
        this.#hear(event as FeedEvent);
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      this.#events.end();
    }
  }

  list(): readonly Approval[] {
    return [...this.#waiting.values()];
  }

  /** For one reader. */
  watch(): AsyncIterable<ApprovalEvent> {
    return this.#events;
  }

  async decide(id: string, { type }: ApprovalDecision): Promise<PermissionOutcome> {
    const path = `/approvals/${encodeURIComponent(id)}`;
    const body = { decision: type };
    const { status, answer } = await this.#client
      .open("POST", path, body, { headers: this.#headers })
      .then(async (response) => ({ status: response.statusCode, answer: await readAnswer(response) }))
      .catch((error: unknown) => {
        if (!(error instanceof NoAnswerError)) throw error;
        throw new AppError({ kind: "conflict", message: error.message }, { cause: error });
      });
    if (status !== 200) throw new AppError({ kind: "conflict", message: messageOf(answer) });
    this.#waiting.delete(id);
    // Proof for the cast: a route of the same program has answered.
    return OUTCOMES[(answer as ApprovalBody).status] ?? "cancelled";
  }

  #hear({ type, approval: body }: FeedEvent): void {
    if (type === "approval.requested") {
      const approval = toApproval(body);
      if (this.#turns.has(body.turn_id)) this.#request(approval);
      else this.#held.set(body.id, approval);
      return;
    }
    this.#held.delete(body.id);
    if (!this.#turns.has(body.turn_id)) return;
    const approval = this.#waiting.get(body.id) ?? toApproval(body);
    this.#waiting.delete(body.id);
    const outcome = OUTCOMES[body.status] ?? "cancelled";
    const by = body.decided_by === undefined ? {} : { by: body.decided_by };
    this.#events.push({ type: "approval-resolved", approval, outcome, ...by });
  }

  #request(approval: Approval): void {
    this.#waiting.set(approval.id, approval);
    this.#events.push({ type: "approval-requested", approval });
  }
}

function toApproval(body: ApprovalBody): Approval {
  return {
    id: body.id,
    // Proof for the casts: the server gives ids as such.
    turnId: body.turn_id as TurnId,
    conversationId: body.conversation_id as ConversationId,
    ...(body.conversation_name !== undefined && { conversationName: body.conversation_name }),
    principalId: "" as PrincipalId,
    profile: body.profile,
    toolName: body.tool,
    input: body.input,
    summary: body.summary,
    alwaysAllows: body.always_allows,
    requestedAt: body.requested_at * 1000,
    expiresAt: body.expires_at * 1000,
  };
}
