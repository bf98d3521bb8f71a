import { z } from "zod";

import { fileChangeSchema } from "../agent-schemas.ts";

/** What turns changed, and what differs in a conversation's own folder, for /openapi.json. */

export const turnChangesSchema = z.object({
  object: z.literal("turn.changes"),
  turn_id: z.string(),
  conversation_id: z.string(),
  changed_at: z.number().describe("Milliseconds since the epoch."),
  undone_at: z.number().nullable(),
  is_complete: z.boolean().describe("False when there were more changes or files than are examined."),
  changes: z.array(fileChangeSchema),
});

export const turnChangesListSchema = z.object({
  object: z.literal("list"),
  data: z.array(turnChangesSchema),
  has_more: z.boolean(),
});

export const turnUndoSchema = z.object({
  object: z.literal("turn.undo"),
  turn_id: z.string(),
  restored: z.array(z.string()),
});

export const workspaceDiffSchema = z.object({
  object: z.literal("workspace.diff"),
  conversation_id: z.string(),
  isolation: z.enum(["worktree", "copy"]),
  is_complete: z.boolean().describe("False when a text file's diff was left out for its size."),
  diff: z.string().describe("Everything as one patch."),
  changes: z.array(fileChangeSchema),
});

export const workspaceApplySchema = z.object({
  object: z.literal("workspace.apply"),
  conversation_id: z.string(),
  applied: z.array(z.string()),
});
