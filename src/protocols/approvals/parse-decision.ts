import { z } from "zod";

import type { ApprovalDecision } from "../../core/ports/approvals.ts";
import { parseBody } from "../parse-body.ts";

/** The model will read it. */
const MAX_REASON_LENGTH = 10_000;

export const decisionSchema = z.looseObject({
  decision: z.enum(["allow", "deny", "always"]),
  reason: z.string().max(MAX_REASON_LENGTH).nullish(),
});

/**
 * Reads the body of `POST /approvals/{id}`.
 * @throws RequestError
 */
export function parseDecision(body: unknown): ApprovalDecision {
  const { decision: type, reason } = parseBody(decisionSchema, body);
  return { type, ...(typeof reason === "string" && reason.trim() !== "" && { reason }) };
}
