import type { ConversationStore } from "../core/ports/conversation-store.ts";
import { failAbandoned } from "./responses/fail-abandoned.ts";
import { takeUpJobs, type TakeUpParts } from "./responses/take-up-jobs.ts";

/**
 * Handles what servers whose lease has ended left behind: a turn that had begun may already have had effects, so it fails and is
 * not run a second time; a background response whose turn had not begun is run here.
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
