import { z } from "zod";

import { turnUsageSchema } from "../agent-schemas.ts";

/** What `/conversations` answers with, for /openapi.json. Times are milliseconds since the epoch. */

const conversationSchema = z.object({
  id: z.string(),
  object: z.literal("conversation"),
  name: z.string().nullable(),
  profile: z.string(),
  model: z.string(),
  created_at: z.number(),
  updated_at: z.number().describe("As `before` it asks for the next page."),
  turn_count: z.number(),
  is_hot: z.boolean().describe("Whether a process holds it."),
});

const messageSchema = z.object({ role: z.string(), content: z.string() });

const turnSchema = z.object({
  id: z.string(),
  status: z.string(),
  placement: z.string(),
  model: z.string(),
  started_at: z.number(),
  first_token_at: z.number().nullable(),
  ended_at: z.number().nullable(),
  input: z.array(messageSchema),
  answer: messageSchema.nullable(),
  error: z.string().nullable(),
  usage: turnUsageSchema.nullable(),
  cost_usd: z.number().nullable(),
});

export const conversationListSchema = z.object({
  object: z.literal("list"),
  data: z.array(conversationSchema),
  has_more: z.boolean(),
});

export const conversationDetailsSchema = conversationSchema.extend({
  session: z.object({ id: z.string(), process_id: z.number().nullable(), is_busy: z.boolean() }).nullable(),
  turns: z.array(turnSchema),
});

export const removedConversationSchema = z.object({
  id: z.string(),
  object: z.enum(["conversation.deleted", "conversation.evicted"]),
  deleted: z.boolean(),
});
