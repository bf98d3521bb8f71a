import type { ServiceParts } from "../service-parts.ts";
import { type RequestRecord, useOf } from "../turns/request-record.ts";
import type { LiveResponse } from "./live-response.ts";

/** Logs a separate line for a background response, since the request's own line was written long before. */
export async function logResponseEnd(
  live: LiveResponse,
  record: RequestRecord,
  { logger, clock }: Pick<ServiceParts, "logger" | "clock">,
): Promise<void> {
  await live.ended;
  const { requestId, startedAt, placement } = record;
  const use = useOf(record);
  logger.info("response.ended", {
    requestId,
    responseId: live.id,
    status: live.body.status,
    durationMs: clock() - startedAt,
    ...(placement !== undefined && { placement }),
    ...(use && { usage: use.usage }),
    ...(live.failure && { errorKind: live.failure.kind }),
  });
}
