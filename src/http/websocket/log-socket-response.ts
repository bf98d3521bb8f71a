import { statusOfError } from "../../protocols/openai-error.ts";
import type { AppDependencies } from "../app-dependencies.ts";
import type { RequestRecord } from "../request-record.ts";

/** One line for each response on a WebSocket, as there is one for each request over HTTP. */
export function logSocketResponse(
  { logger, clock }: Pick<AppDependencies, "logger" | "clock">,
  record: RequestRecord,
  { streamId, isGone }: { readonly streamId: string | undefined; readonly isGone: boolean },
): void {
  const { requestId, startedAt, firstTokenAt, error, thrown, principalId, ...rest } = record;
  const fields = {
    requestId,
    method: "WEBSOCKET",
    path: "/v1/responses",
    durationMs: clock() - startedAt,
    ...(principalId !== undefined && { principal: principalId }),
    ...(streamId !== undefined && { streamId }),
    ...rest,
    ...(firstTokenAt !== undefined && { firstTokenMs: firstTokenAt - startedAt }),
    ...(error !== undefined && { status: statusOfError(error), errorKind: error.kind }),
    ...(isGone && { isClientGone: true }),
  };
  logger.info("request.completed", fields);
  if (error !== undefined && statusOfError(error) >= 500) {
    logger.error("request.failed", {
      ...fields,
      problem: error.message,
      ...(thrown !== undefined && { error: thrown }),
    });
  }
}
