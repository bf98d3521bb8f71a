import { z } from "zod";

/** The form of `POST /v1/files`, for the description of the API; `receive-file.ts` reads it as it comes. */
export const uploadSchema = z.looseObject({
  file: z.file(),
  purpose: z.string(),
  /** When it is to be deleted. */
  expires_after: z.looseObject({ anchor: z.literal("created_at"), seconds: z.int() }).optional(),
});
