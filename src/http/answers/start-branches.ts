import { newTurnId } from "../../core/words/ids.ts";
import type { TurnRequest } from "../../core/words/turn-request.ts";
import { mergeIterables } from "../../lib/merge-iterables.ts";
import type { BranchEvent } from "../../protocols/branch-event.ts";
import type { AppContext } from "../app-env.ts";
import { startTurn, type StartedTurn, type TurnStarter } from "./start-turn.ts";

/**
 * Runs `count` turns of one request side by side. Only the first belongs to the conversation that the request names. When one
 * fails, the others are cancelled and its error ends the events; otherwise they end with the last turn's end.
 */
export function startBranches(
  context: AppContext,
  starter: TurnStarter,
  request: TurnRequest,
  count: number,
): StartedTurn<BranchEvent> {
  const { conversationName: _, ...unnamed } = request;
  const others = Array.from({ length: count - 1 }, () => ({ ...unnamed, turnId: newTurnId() }));
  return startTurns(context, starter, [request, ...others]);
}

/** The same for requests that differ; each one's index is its branch. */
export function startTurns(
  context: AppContext,
  starter: TurnStarter,
  requests: readonly TurnRequest[],
): StartedTurn<BranchEvent> {
  const turns = requests.map((each) => startTurn(context, starter, each));
  const [first] = turns;
  if (first && turns.length === 1) return first;
  context.var.record.branchCount = requests.length;
  const cancel = () => turns.forEach((turn) => turn.cancel());
  const branches = turns.map((turn, branch) => tagBranch(turn, branch));
  return { events: failTogether(mergeIterables(branches), cancel), cancel };
}

async function* tagBranch(turn: StartedTurn, branch: number): AsyncGenerator<BranchEvent, void, undefined> {
  for await (const event of turn.events) yield { ...event, branch };
}

/** Passes events on up to the first failure; later events of the other turns are dropped, but read to their end. */
async function* failTogether(
  events: AsyncIterable<BranchEvent>,
  cancel: () => void,
): AsyncGenerator<BranchEvent, void, undefined> {
  let isFailed = false;
  for await (const event of events) {
    if (isFailed) continue;
    isFailed = event.type === "turn-error";
    if (isFailed) cancel();
    yield event;
  }
}
