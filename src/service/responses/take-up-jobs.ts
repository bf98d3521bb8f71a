import { AppError, toAppError } from "../../core/words/app-error.ts";
import { newRequestId } from "../../core/words/ids.ts";
import type { Job } from "../../core/ports/job-queue.ts";
import type { KeyStore } from "../../core/ports/key-store.ts";
import type { Principal } from "../../core/words/principal.ts";
import { endStoredResponse } from "../../protocols/responses/end-stored-response.ts";
import { turnIdOf } from "../../protocols/responses/response-head.ts";
import type { ServiceParts } from "../service-parts.ts";
import { courseOf, describeRequest } from "../request-log/describe-request.ts";
import { type RequestRecord, whenTurnsAreOver } from "../turns/request-record.ts";
import { beginInBackground } from "./begin-response.ts";
import type { JobPayload } from "./job-payload.ts";
import { logResponseEnd } from "./log-response-end.ts";
import { openResponse } from "./open-response.ts";
import { prepareResponse, type PreparedResponse } from "./prepare-response.ts";

export interface TakeUpParts {
  readonly service: ServiceParts;
  readonly keys: Pick<KeyStore, "findById">;
  /** How often waiting clients have been sent a sign of life. */
  readonly keepAliveMs: number;
  /** How many more turns this server could run or queue. */
  readonly room: () => number;
}

/** Runs the background responses that dead servers had not begun. Resolves when all of them have been started. */
export async function takeUpJobs(parts: TakeUpParts): Promise<void> {
  const { jobs, logger } = parts.service;
  const room = parts.room();
  if (room <= 0) return;
  for (const job of await jobs.queue.claim(room)) {
    logger.info("response.taken-up", { responseId: job.id });
    await takeUp(job, parts);
  }
}

async function takeUp(job: Job, { service, keys, keepAliveMs }: TakeUpParts): Promise<void> {
  const { clock, logger } = service;
  const { principalId, createdAt } = job;
  const record: RequestRecord = { requestId: newRequestId(), startedAt: createdAt, principalId };
  const waitedMs = Math.max(0, clock() - createdAt);
  try {
    // Proof for the cast: `toJobPayload` made it.
    const { body, caller } = job.payload as JobPayload;
    const { logsContent, ...now } = await findCaller(keys, job);
    if (logsContent) record.keepsContent = true;
    const whole = { ...caller, ...now, principalId, record, turnId: turnIdOf(job.id) };
    const prepared = withoutWaited(await prepareResponse(service, whole, body), waitedMs);
    const turn = beginInBackground(prepared, { dependencies: service, record, silenceMs: keepAliveMs });
    const live = await openResponse(service, prepared, turn, { type: "taken-up" });
    // The client may have received this many signs of life, and continues from the last event that it has.
    for (let told = 0; told <= waitedMs / keepAliveMs; told++) live.showLife();
    void logResponseEnd(live, record, service);
    record.heldUntil = live.ended;
    // Its own server never came to put it on record.
    const end = { route: "POST /v1/responses", status: 200, endedAt: clock(), isClientGone: false };
    whenTurnsAreOver(record, () => service.hearRequest(describeRequest(record, end), courseOf(record)));
  } catch (thrown) {
    logger.error("response.not-taken-up", { responseId: job.id, error: thrown });
    await failJob(service, job, thrown);
  }
}

/** What its key may do by now. The key may also be one that only the server before this one was started with. */
async function findCaller(
  keys: TakeUpParts["keys"],
  { principalId }: Job,
): Promise<Partial<Pick<Principal, "mayApprove" | "bounds" | "logsContent">>> {
  const principal = await keys.findById(principalId);
  if (principal === "gone") {
    throw new AppError({ kind: "unauthorized", message: "The key of this response is no longer valid." });
  }
  if (!principal) return {};
  const { mayApprove, bounds, logsContent } = principal;
  return { mayApprove, ...(bounds && { bounds }), ...(logsContent && { logsContent }) };
}

/** Deducts the time that the job has waited: the client's deadline counts from its request. */
function withoutWaited(prepared: PreparedResponse, waitedMs: number): PreparedResponse {
  const { timeoutMs } = prepared.request;
  if (timeoutMs === undefined) return prepared;
  return { ...prepared, request: { ...prepared.request, timeoutMs: Math.max(1, timeoutMs - waitedMs) } };
}

async function failJob({ responses }: ServiceParts, job: Job, thrown: unknown): Promise<void> {
  const kept = await responses.findResponse(job.principalId, job.id);
  if (!kept) return;
  const { event, ...end } = endStoredResponse({ ...kept.body, id: job.id }, toAppError(thrown).info);
  await responses.updateResponse(job.id, { ...end, events: [event] });
}
