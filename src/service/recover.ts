import type { AbandonedTurn, ConversationStore } from "../core/ports/conversation-store.ts";
import type { ErrorInfo } from "../core/words/app-error.ts";
import { endStoredResponse } from "../protocols/responses/end-stored-response.ts";
import { takeUpJobs, type TakeUpParts } from "./responses/take-up-jobs.ts";

const DIED: ErrorInfo = {
  kind: "internal",
  message: "The server was restarted while this response was running.",
};

/**
 * Handles what servers whose lease has ended left behind: a turn that had begun may already have had effects, so it fails and is
 * not run a second time; a background response whose turn had not begun is run here. `hear` is told of each turn that has failed.
 */
export async function recover(
  turns: Pick<ConversationStore, "failAbandonedTurns">,
  parts: TakeUpParts,
  hear: (turn: AbandonedTurn) => void,
): Promise<void> {
  const { responses, clock, logger } = parts.service;
  const abandoned = await turns.failAbandonedTurns(clock());
  if (abandoned.length > 0) logger.info("turns.abandoned", { count: abandoned.length });
  for (const turn of abandoned) hear(turn);
  const failed = await responses.failUnfinished(({ id, body }) => endStoredResponse({ ...body, id }, DIED));
  if (failed > 0) logger.info("responses.abandoned", { count: failed });
  await takeUpJobs(parts);
}
