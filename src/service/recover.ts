import type { ConversationStore } from "../core/ports/conversation-store.ts";
import type { ErrorInfo } from "../core/words/app-error.ts";
import { endStoredResponse } from "../protocols/responses/end-stored-response.ts";
import { takeUpJobs, type TakeUpParts } from "./responses/take-up-jobs.ts";

const DIED: ErrorInfo = {
  kind: "internal",
  message: "The server was restarted while this response was running.",
};

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
  const failed = await responses.failUnfinished(({ id, body }) => endStoredResponse({ ...body, id }, DIED));
  if (failed > 0) logger.info("responses.abandoned", { count: failed });
  await takeUpJobs(parts);
}
