import { statusOfResponsesError } from "../../protocols/responses/response-error.ts";
import type { AppDependencies } from "../app-dependencies.ts";
import { logRequest } from "../log-request.ts";
import type { RequestRecord } from "../../service/turns/request-record.ts";

/** Logs one line for each response on a WebSocket, as for each HTTP request. */
export function logSocketResponse(
  { clock, ...listeners }: Pick<AppDependencies, "logger" | "hearRequest" | "clock">,
  record: RequestRecord,
  { streamId, isGone }: { readonly streamId: string | undefined; readonly isGone: boolean },
): void {
  const status = record.error === undefined ? undefined : statusOfResponsesError(record.error);
  logRequest(listeners, record, {
    method: "WEBSOCKET",
    path: "/v1/responses",
    route: "/v1/responses",
    status: status ?? 200,
    endedAt: clock(),
    isClientGone: isGone,
    fields: {
      ...(streamId !== undefined && { streamId }),
      ...(status !== undefined && { status }),
    },
  });
}
