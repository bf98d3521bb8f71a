import * as z from "zod";

import { turnUsageSchema } from "../agent-schemas.ts";

/** A conversation of any principal. Times are milliseconds since the epoch. */
export const adminConversationSchema = z.object({
  id: z.string(),
  object: z.literal("conversation"),
  name: z.string().nullable(),
  principal: z.string(),
  profile: z.string(),
  model: z.string(),
  created_at: z.number(),
  updated_at: z.number(),
  turn_count: z.number(),
  is_hot: z.boolean(),
});

export const adminConversationListSchema = z.object({
  object: z.literal("list"),
  data: z.array(adminConversationSchema),
  has_more: z.boolean(),
  /** Given as `after` it leads to the next page. */
  next: z.string().nullable(),
});

/** `url`: where its bytes are; null for one that the client gave by its address. */
const imageSchema = z.object({
  type: z.literal("image"),
  url: z.string().nullable(),
  address: z.string().nullable(),
});

const stepSchema = z.union([
  z.object({ type: z.literal("text"), text: z.string() }),
  z.object({ type: z.literal("thinking"), text: z.string() }),
  /** A file that was sent; its bytes are not shown. */
  z.object({ type: z.literal("document"), title: z.string().nullable() }),
  imageSchema,
  z.object({
    type: z.literal("tool"),
    id: z.string(),
    name: z.string(),
    /** As JSON, or the text as it was written. */
    input: z.string(),
    /** Null: there is none in this turn. */
    output: z.string().nullable(),
    is_error: z.boolean(),
    images: z.array(imageSchema),
  }),
]);

const messageSchema = z.object({ role: z.string(), content: z.array(stepSchema) });

const changesSchema = z.object({
  undone_at: z.number().nullable(),
  /** False when there were more changes than are examined. */
  is_complete: z.boolean(),
  files: z.array(
    z.object({
      type: z.enum(["created", "changed", "deleted", "renamed"]),
      path: z.string(),
      previous_path: z.string().nullable(),
      diff: z.string().nullable(),
    }),
  ),
});

export const adminTurnSchema = z.object({
  id: z.string(),
  status: z.string(),
  placement: z.string(),
  protocol: z.string(),
  model: z.string(),
  started_at: z.number(),
  first_token_at: z.number().nullable(),
  ended_at: z.number().nullable(),
  error: z.string().nullable(),
  usage: turnUsageSchema.nullable(),
  cost_usd: z.number().nullable(),
  /** False: what was said is not on record (setting retention), or no longer. */
  is_kept: z.boolean(),
  /** Texts are shortened. */
  is_cut: z.boolean(),
  input: z.array(messageSchema),
  /** What Claude said and did, in order. */
  steps: z.array(stepSchema),
  /** Null: it changed nothing that is on record. */
  changes: changesSchema.nullable(),
});

export const adminConversationDetailsSchema = adminConversationSchema.extend({
  session: z.object({ id: z.string(), process_id: z.number().nullable(), is_busy: z.boolean() }).nullable(),
  /** Its own folder, if it has one. */
  folder: z.object({ isolation: z.enum(["worktree", "copy"]), created_at: z.number() }).nullable(),
  /** The latest turns, the oldest of these first. */
  turns: z.array(adminTurnSchema),
  /** Given as `before`, the id of the first turn leads to earlier ones. */
  has_earlier: z.boolean(),
});

export const evictedSchema = z.object({
  id: z.string(),
  object: z.literal("conversation.evicted"),
  deleted: z.literal(false),
});

export type AdminConversationBody = z.output<typeof adminConversationSchema>;
export type AdminConversationListBody = z.output<typeof adminConversationListSchema>;
export type AdminConversationDetailsBody = z.output<typeof adminConversationDetailsSchema>;
export type AdminTurnBody = z.output<typeof adminTurnSchema>;
export type StepBody = z.output<typeof stepSchema>;
export type ImageBody = z.output<typeof imageSchema>;
