import type { KeptResponse } from "../../core/ports/response-store.ts";
import type { ResponseBody, ResponseEvent } from "../../protocols/responses/response-head.ts";
import type { AppDependencies } from "../app-dependencies.ts";
import type { PreparedResponse } from "./prepare-response.ts";

/** A response as the store is to have it. */
export function toKeptResponse(
  { asked, request, head, input }: PreparedResponse,
  body: ResponseBody,
): KeptResponse {
  return {
    id: head.id,
    principalId: request.principalId,
    status: body.status,
    isBackground: asked.isBackground,
    ...(asked.isStream && { hasStream: true }),
    ...(asked.previousResponseId !== undefined && { previousId: asked.previousResponseId }),
    createdAt: head.createdAt,
    body,
    input,
  };
}

/** Keeps the end of a response that is in the store. */
export async function keepResponse(
  { responses, logger }: Pick<AppDependencies, "responses" | "logger">,
  { head, isStored }: PreparedResponse,
  body: ResponseBody,
  events: readonly ResponseEvent[],
): Promise<void> {
  if (!isStored) return;
  try {
    await responses.updateResponse(head.id, { status: body.status, body, events });
  } catch (error) {
    // The answer itself is good, and the client has paid for it.
    logger.error("response.not-stored", { responseId: head.id, error });
  }
}
