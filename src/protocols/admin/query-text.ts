import { z } from "zod";

/** A word to filter by. No database holds a NUL character. */
export const queryText = z
  .string()
  .min(1)
  .max(512)
  .refine((text) => !text.includes("\0"));
