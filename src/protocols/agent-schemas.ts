import { z } from "zod";

/** What answers of several protocols tell of Claude Code's own work, for /openapi.json. */

export const fileChangeSchema = z.object({
  type: z.enum(["created", "changed", "deleted", "renamed"]),
  path: z.string(),
  previous_path: z.string().optional(),
  diff: z.string().optional(),
  content_id: z.string().optional().describe("For `GET /changes/{id}/content`."),
});

/** The tokens of a turn, each kind counted by itself. */
export const turnUsageSchema = z.object({
  input_tokens: z.number(),
  cache_read_tokens: z.number(),
  cache_write_tokens: z.number(),
  output_tokens: z.number(),
  reasoning_tokens: z.number(),
});

export const noticeSchema = z.object({ code: z.string(), message: z.string() });
