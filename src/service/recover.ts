import type { ConversationStore } from "../core/ports/conversation-store.ts";
import { failAbandoned } from "./responses/fail-abandoned.ts";
import { takeUpJobs, type TakeUpParts } from "./responses/take-up-jobs.ts";

/**
 * Ends or takes up what servers left behind whose lease has ended: a turn that had begun may have changed the world, so it is not
 * run a second time; a background response whose turn had not is run here.
 */
export async function recover(
  turns: Pick<ConversationStore, "failAbandonedTurns">,
  parts: TakeUpParts,
): Promise<void> {
  const { responses, clock, logger } = parts.service;
  const count = await turns.failAbandonedTurns(clock());
  if (count > 0) logger.info("turns.abandoned", { count });
  await failAbandoned(responses, logger);
  await takeUpJobs(parts);
}
