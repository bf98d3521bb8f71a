import { z } from "zod";

/** What answers of several protocols tell of Claude Code's own work, for /openapi.json. */

export const fileChangeSchema = z.object({
  type: z.enum(["created", "changed", "deleted", "renamed"]),
  path: z.string(),
  previous_path: z.string().optional(),
  diff: z.string().optional(),
  content_id: z.string().optional().describe("For `GET /changes/{id}/content`."),
});

export const noticeSchema = z.object({ code: z.string(), message: z.string() });
