import type { Logger } from "../../core/ports/logger.ts";
import type { ResponseStore } from "../../core/ports/response-store.ts";
import { formatStoredAsFailed } from "../../protocols/responses/format-stored-as-failed.ts";

const DIED = {
  kind: "internal",
  message: "The server was restarted while this response was running.",
} as const;

/** Fails the responses that dead servers left unfinished, except those that can still be run. */
export async function failAbandoned(responses: ResponseStore, logger: Logger): Promise<void> {
  const count = await responses.failUnfinished((response) => {
    const body = formatStoredAsFailed({ ...response.body, id: response.id }, DIED);
    return { body, event: { type: "response.failed", sequence_number: 0, response: body } };
  });
  if (count > 0) logger.info("responses.abandoned", { count });
}
