import type { KeptResponse } from "../../core/ports/response-store.ts";
import type { JsonObject } from "../../core/words/client-tool.ts";
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
  const body = { ...kept.body, status: "cancelled" };
  // A running response's stream ends in the same way.
  const event = { type: "response.incomplete", sequence_number: 0, response: body };
  await responses.updateResponse(kept.id, { status: "cancelled", body, events: [event] });
  return body;
}
