import type { Logger } from "../core/ports/logger.ts";
import type { HearRequest } from "../core/words/request-entry.ts";
import { statusOfError } from "../protocols/openai-error.ts";
import { courseOf, describeRequest } from "../service/request-log/describe-request.ts";
import { type RequestRecord, useOf, whenTurnsAreOver } from "../service/turns/request-record.ts";

/** What the line says besides what is recorded. */
export interface RequestLine {
  readonly method: string;
  readonly path: string;
  /** The path with the names of its parameters. */
  readonly route: string;
  readonly status: number;
  readonly endedAt: number;
  /** The client left before the end. */
  readonly isClientGone: boolean;
  /** Fields of the transport that the request came by. */
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface RequestListeners {
  readonly logger: Logger;
  readonly hearRequest: HearRequest;
}

/**
 * Writes the one log line of each request, and a second one when the server itself failed. The request goes on record once its
 * turns are over too: one in the background goes on after its answer.
 */
export function logRequest(
  { logger, hearRequest }: RequestListeners,
  record: RequestRecord,
  line: RequestLine,
): void {
  writeLine(logger, record, line);
  if (!isOnRecord(line)) return;
  const end = { ...line, route: `${line.method} ${line.route}` };
  whenTurnsAreOver(record, () => hearRequest(describeRequest(record, end), courseOf(record)));
}

/** What watches the server, and what browsers ask before they ask, would bury the others. */
const NOT_ON_RECORD = /^\/$|^\/(health|metrics|admin|dashboard|webui|ws)(\/|$)/;

function isOnRecord({ method, path }: RequestLine): boolean {
  return method !== "OPTIONS" && !NOT_ON_RECORD.test(path);
}

/** A dashboard that is open asks all the time, and the log is one of the things that it shows. */
function isLooking({ method, path, status }: RequestLine): boolean {
  return method === "GET" && status < 400 && /^\/(admin|dashboard|webui)(\/|$)/.test(path);
}

function writeLine(logger: Logger, record: RequestRecord, line: RequestLine): void {
  const { requestId, startedAt, firstTokenAt, error, thrown, principalId, ...others } = record;
  const {
    client: _,
    turns: __,
    keepsContent: ___,
    heldUntil: ____,
    onTurnsOver: _____,
    traceParent: ______,
    ...rest
  } = others;
  const use = useOf(record);
  const fields = {
    requestId,
    method: line.method,
    path: line.path,
    durationMs: line.endedAt - startedAt,
    ...(principalId !== undefined && { principal: principalId }),
    ...rest,
    ...(use && { usage: use.usage }),
    ...(firstTokenAt !== undefined && { firstTokenMs: firstTokenAt - startedAt }),
    ...(error !== undefined && { errorKind: error.kind }),
    ...line.fields,
    ...(line.isClientGone && { isClientGone: true }),
  };
  if (error === undefined || statusOfError(error) < 500) {
    if (isLooking(line)) logger.debug("request.completed", fields);
    else logger.info("request.completed", fields);
    return;
  }
  logger.info("request.completed", { ...fields, isFailed: true });
  logger.error("request.failed", {
    ...fields,
    problem: error.message,
    ...(thrown !== undefined && { error: thrown }),
  });
}
