import type { Clock } from "../../core/ports/clock.ts";
import { NO_USAGE } from "../../core/words/usage.ts";
import { formatResponseBody } from "./output/format-response-body.ts";
import type { ResponseBody, ResponseEvent, ResponseHead } from "./response-head.ts";
import { formatResponseUsage } from "./output/response-usage.ts";

/** A response made without asking the model: it has no output, and later responses can continue from its input. */
export function formatWarmUp(
  head: ResponseHead,
  clock: Clock,
): { readonly body: ResponseBody; readonly events: readonly ResponseEvent[] } {
  const begun = formatResponseBody(head, { status: "in_progress", output: [] });
  const body = formatResponseBody(head, {
    status: "completed",
    output: [],
    completed_at: Math.floor(clock() / 1000),
    usage: formatResponseUsage(NO_USAGE),
  });
  return {
    body,
    events: [
      { type: "response.created", sequence_number: 0, response: begun },
      { type: "response.in_progress", sequence_number: 1, response: begun },
      { type: "response.completed", sequence_number: 2, response: body },
    ],
  };
}
