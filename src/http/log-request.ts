import type { Logger } from "../core/ports/logger.ts";
import { statusOfError } from "../protocols/openai-error.ts";
import type { RequestRecord } from "../service/turns/request-record.ts";

/** What the line says besides what is recorded. */
export interface RequestLine {
  readonly method: string;
  readonly path: string;
  readonly endedAt: number;
  /** The client left before the end. */
  readonly isClientGone: boolean;
  /** Fields of the transport that the request came by. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Writes the one log line of each request, and a second one when the server itself failed. */
export function logRequest(logger: Logger, record: RequestRecord, line: RequestLine): void {
  const { requestId, startedAt, firstTokenAt, error, thrown, principalId, client: _, ...rest } = record;
  const fields = {
    requestId,
    method: line.method,
    path: line.path,
    durationMs: line.endedAt - startedAt,
    ...(principalId !== undefined && { principal: principalId }),
    ...rest,
    ...(firstTokenAt !== undefined && { firstTokenMs: firstTokenAt - startedAt }),
    ...(error !== undefined && { errorKind: error.kind }),
    ...line.fields,
    ...(line.isClientGone && { isClientGone: true }),
  };
  if (error === undefined || statusOfError(error) < 500) {
    logger.info("request.completed", fields);
    return;
  }
  logger.info("request.completed", { ...fields, isFailed: true });
  logger.error("request.failed", {
    ...fields,
    problem: error.message,
    ...(thrown !== undefined && { error: thrown }),
  });
}
