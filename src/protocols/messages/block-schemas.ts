import { z } from "zod";

/** Line breaks inside are common and do not matter. */
const base64Schema = z
  .string()
  .transform((data) => (/\s/.test(data) ? data.replaceAll(/\s+/g, "") : data))
  .refine((data) => /^[A-Za-z0-9+/]+={0,2}$/.test(data), "Invalid base64 data");
const urlSchema = z.looseObject({ url: z.string().min(1) });

/** The parts of a block that Turnpike reads, by the block's type. */
export const BLOCK = {
  text: z.looseObject({ text: z.string() }),
  image: z.looseObject({ source: z.looseObject({ type: z.string() }) }),
  document: z.looseObject({
    source: z.looseObject({ type: z.string() }),
    title: z.string().nullish(),
    context: z.string().nullish(),
    citations: z.looseObject({ enabled: z.boolean().nullish() }).nullish(),
  }),
  toolUse: z.looseObject({
    id: z.string().regex(/^[a-zA-Z0-9_-]+$/),
    name: z.string().min(1),
    input: z.record(z.string(), z.unknown()),
  }),
  toolResult: z.looseObject({
    tool_use_id: z.string().min(1),
    content: z.union([z.string(), z.array(z.looseObject({ type: z.string() }))]).nullish(),
    is_error: z.boolean().nullish(),
  }),
  thinking: z.looseObject({ thinking: z.string(), signature: z.string() }),
  redactedThinking: z.looseObject({ data: z.string() }),
} as const;

export const IMAGE_SOURCE = {
  base64: z.looseObject({
    media_type: z.enum(["image/jpeg", "image/png", "image/gif", "image/webp"]),
    data: base64Schema,
  }),
  url: urlSchema,
} as const;

export const DOCUMENT_SOURCE = {
  base64: z.looseObject({ media_type: z.enum(["application/pdf"]), data: base64Schema }),
  text: z.looseObject({ media_type: z.enum(["text/plain"]), data: z.string() }),
  url: urlSchema,
  content: z.looseObject({
    content: z.union([z.string(), z.array(z.looseObject({ type: z.string() }))]),
  }),
} as const;
