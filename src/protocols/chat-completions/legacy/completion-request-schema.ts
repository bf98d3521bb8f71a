import { z } from "zod";

/** Choices of one request: prompts times answers to each. */
export const MAX_CHOICES = 128;

/** The body of `POST /v1/completions`. Loose: fields that are not listed pass and are reported as ignored; `null` means absent. */
export const completionRequestSchema = z.looseObject({
  model: z.string().min(1),
  /** Of tokens there are only numbers; `parse-completion-request.ts` says so in better words than a type. */
  prompt: z.union([z.string(), z.array(z.unknown()).min(1)]).nullish(),
  suffix: z.string().nullish(),

  max_tokens: z.int().min(1).nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  stop: z.union([z.string(), z.array(z.string()).max(4)]).nullish(),
  n: z.int().min(1).max(MAX_CHOICES).nullish(),
  echo: z.boolean().nullish(),

  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),

  user: z.string().nullish(),
  logprobs: z.int().min(0).nullish(),
});

export type CompletionRequestBody = z.output<typeof completionRequestSchema>;
