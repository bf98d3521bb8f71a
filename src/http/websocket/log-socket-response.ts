import { statusOfResponsesError } from "../../protocols/responses/response-error.ts";
import type { AppDependencies } from "../app-dependencies.ts";
import { logRequest } from "../log-request.ts";
import type { RequestRecord } from "../../service/turns/request-record.ts";

/** Logs one line for each response on a WebSocket, as for each HTTP request. */
export function logSocketResponse(
  { logger, clock }: Pick<AppDependencies, "logger" | "clock">,
  record: RequestRecord,
  { streamId, isGone }: { readonly streamId: string | undefined; readonly isGone: boolean },
): void {
  logRequest(logger, record, {
    method: "WEBSOCKET",
    path: "/v1/responses",
    endedAt: clock(),
    isClientGone: isGone,
    fields: {
      ...(streamId !== undefined && { streamId }),
      ...(record.error !== undefined && { status: statusOfResponsesError(record.error) }),
    },
  });
}
