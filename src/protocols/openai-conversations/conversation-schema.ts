import { z } from "zod";

/** What `/v1/conversations` answers with, for /openapi.json. Items are those of responses. */

export const itemConversationSchema = z.object({
  id: z.string(),
  object: z.literal("conversation"),
  created_at: z.number().describe("Seconds since the epoch."),
  metadata: z.record(z.string(), z.string()),
});

export const deletedConversationSchema = z.object({
  id: z.string(),
  object: z.literal("conversation.deleted"),
  deleted: z.literal(true),
});
