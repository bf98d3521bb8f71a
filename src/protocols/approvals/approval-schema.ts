import { z } from "zod";

/** What `/approvals` answers with, for /openapi.json. */

export const approvalSchema = z.object({
  id: z.string(),
  object: z.literal("approval"),
  status: z.enum(["waiting", "allowed", "always_allowed", "denied", "timed_out", "cancelled"]),
  turn_id: z.string(),
  conversation_id: z.string(),
  conversation_name: z.string().optional(),
  profile: z.string(),
  tool: z.string(),
  input: z.looseObject({}),
  summary: z.string(),
  always_allows: z.array(z.string()),
  requested_at: z.number().describe("Seconds since the epoch."),
  expires_at: z.number(),
  decided_by: z.string().optional().describe("A key's id, or `terminal`."),
});

export const approvalListSchema = z.object({
  object: z.literal("list"),
  data: z.array(approvalSchema),
  has_more: z.literal(false),
});
