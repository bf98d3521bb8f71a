import type { KeptResponse } from "../../core/ports/response-store.ts";
import type { JsonObject } from "../../core/words/client-tool.ts";
import { endStoredResponse } from "../../protocols/responses/end-stored-response.ts";
import type { ServiceParts } from "../service-parts.ts";

/**
 * Cancels a background response that is not running on this server, if its turn has not begun anywhere. Returns the resulting
 * response object.
 */
export async function cancelWaiting(
  { jobs, responses }: Pick<ServiceParts, "jobs" | "responses">,
  kept: KeptResponse,
): Promise<JsonObject> {
  if (kept.status !== "queued" || !(await jobs.queue.withdraw(kept.id))) return kept.body;
  const { event, ...end } = endStoredResponse({ ...kept.body, id: kept.id }, "cancelled");
  await responses.updateResponse(kept.id, { ...end, events: [event] });
  return end.body;
}
