import type { Logger } from "../../core/ports/logger.ts";
import type { ResponseStore } from "../../core/ports/response-store.ts";
import { endStoredResponse } from "../../protocols/responses/end-stored-response.ts";

const DIED = {
  kind: "internal",
  message: "The server was restarted while this response was running.",
} as const;

/** Fails the responses that dead servers left unfinished, except those that can still be run. */
export async function failAbandoned(responses: ResponseStore, logger: Logger): Promise<void> {
  const count = await responses.failUnfinished(({ id, body }) => endStoredResponse({ ...body, id }, DIED));
  if (count > 0) logger.info("responses.abandoned", { count });
}
