import { z } from "zod";

/** What `/v1/files` answers with, for /openapi.json. */

export const fileSchema = z.object({
  id: z.string(),
  object: z.literal("file"),
  bytes: z.number(),
  created_at: z.number().describe("Seconds since the epoch."),
  expires_at: z.number().optional(),
  filename: z.string(),
  purpose: z.string(),
  status: z.literal("processed"),
});

export const deletedFileSchema = z.object({
  id: z.string(),
  object: z.literal("file"),
  deleted: z.literal(true),
});
