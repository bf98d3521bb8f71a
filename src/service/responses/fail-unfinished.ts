import type { Logger } from "../../core/ports/logger.ts";
import type { ResponseStore } from "../../core/ports/response-store.ts";
import { formatStoredAsFailed } from "../../protocols/responses/format-stored-as-failed.ts";

const MESSAGE = "The server was restarted while this response was running.";

/** Fails the responses that a server which died left unfinished. Called once, at start, before any is begun. */
export async function failUnfinished(responses: ResponseStore, logger: Logger): Promise<void> {
  const count = await responses.failUnfinished((response) => {
    const body = formatStoredAsFailed({ ...response.body, id: response.id }, MESSAGE);
    return { body, event: { type: "response.failed", sequence_number: 0, response: body } };
  });
  if (count > 0) logger.info("responses.abandoned", { count });
}
