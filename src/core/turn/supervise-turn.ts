import type { ApprovalDesk } from "../approvals/approval-desk.ts";
import type { FileChangeWatch } from "../file-changes/watch-file-changes.ts";
import type { TurnPlan } from "./plan-turn.ts";
import type { TurnSupervisor } from "../ports/turn-supervisor.ts";
import type { TurnRequest } from "../words/turn-request.ts";

/** What the engine needs from core in this turn. `signal` aborts when the turn is over or nobody wants it any more. */
export function superviseTurn(
  { turnId, principalId, target, conversationName: asked }: TurnRequest,
  { conversationId, known }: Pick<TurnPlan, "conversationId" | "known">,
  parts: {
    readonly approvals: Pick<ApprovalDesk, "ask">;
    readonly watch: FileChangeWatch;
    readonly checkJson: TurnSupervisor["checkJson"];
  },
  signal: AbortSignal,
): TurnSupervisor {
  const conversationName = known ? known.name : asked;
  const whose = {
    turnId,
    conversationId,
    ...(conversationName !== undefined && { conversationName }),
    principalId,
    profile: target.profile.name,
  };
  return {
    checkJson: parts.checkJson,
    beforeTool: (tool) => parts.watch.beforeTool(tool),
    ask: (question, callSignal) =>
      parts.approvals.ask({ ...question, ...whose }, AbortSignal.any([signal, callSignal])),
  };
}
