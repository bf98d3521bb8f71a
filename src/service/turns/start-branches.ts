import { newTurnId } from "../../core/words/ids.ts";
import type { TurnRequest } from "../../core/words/turn-request.ts";
import { mergeIterables } from "../../lib/merge-iterables.ts";
import type { Stage } from "../../lib/stage.ts";
import { through } from "../../lib/staged-stream.ts";
import type { BranchEvent } from "../../protocols/branch-event.ts";
import type { Caller } from "./caller.ts";
import { startTurn, type StartedTurn, type TurnStarter } from "./start-turn.ts";

/**
 * Runs `count` turns of one request side by side. Only the first belongs to the conversation that the request names. When one
 * fails, the others are cancelled and its error ends the events; otherwise they end with the last turn's end.
 */
export function startBranches(
  starter: TurnStarter,
  caller: Pick<Caller, "record" | "signal">,
  request: TurnRequest,
  count: number,
): StartedTurn<BranchEvent> {
  const { conversationName: _, ...unnamed } = request;
  const others = Array.from({ length: count - 1 }, () => ({ ...unnamed, turnId: newTurnId() }));
  return startTurns(starter, caller, [request, ...others]);
}

/** The same for requests that differ; each one's index is its branch. */
export function startTurns(
  starter: TurnStarter,
  { record, signal }: Pick<Caller, "record" | "signal">,
  requests: readonly TurnRequest[],
): StartedTurn<BranchEvent> {
  if (requests[0]) record.turnId ??= requests[0].turnId;
  const turns = requests.map((request, index) => {
    const alongside = requests.slice(index + 1);
    const each = { ...request, ...(index > 0 && { isFurther: true as const }) };
    return startTurn(starter, alongside.length > 0 ? { ...each, alongside } : each, record, signal);
  });
  const [first] = turns;
  if (first && turns.length === 1) return first;
  record.branchCount = requests.length;
  const cancel = () => turns.forEach((turn) => turn.cancel());
  const branches = turns.map((turn, branch) => through(turn.events, tagBranch(branch)));
  return { events: through(mergeIterables(branches), failTogether(cancel)), cancel };
}

function tagBranch(branch: number): Stage<BranchEvent, BranchEvent> {
  return { of: (event) => [{ ...event, branch }] };
}

/** Passes events on up to the first failure; later events of the other turns are dropped, but read to their end. */
function failTogether(cancel: () => void): Stage<BranchEvent, BranchEvent> {
  let isFailed = false;
  return {
    of(event) {
      if (isFailed) return [];
      isFailed = event.type === "turn-error";
      if (isFailed) cancel();
      return [event];
    },
  };
}
