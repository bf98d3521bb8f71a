import { z } from "zod";

import type { RedactedThinkingPart, ThinkingPart } from "../../../core/words/message.ts";

const thoughtSchema = z.union([
  z.object({ text: z.string(), signature: z.string(), model: z.string().optional() }),
  z.object({ data: z.string(), model: z.string().optional() }),
]);
const summarySchema = z.object({ summary: z.string() });

/** The thinking in a reasoning item's encrypted content; undefined when this server did not encrypt it. */
export function readSealedThought(value: unknown): ThinkingPart | RedactedThinkingPart | undefined {
  const { data: thought } = thoughtSchema.safeParse(value);
  if (!thought) return undefined;
  const model = thought.model === undefined ? {} : { model: thought.model };
  if ("data" in thought) return { type: "redacted-thinking", data: thought.data, ...model };
  return { type: "thinking", text: thought.text, signature: thought.signature, ...model };
}

/** The summary in a compaction item's encrypted content; undefined when this server did not encrypt it. */
export function readSealedSummary(value: unknown): string | undefined {
  return summarySchema.safeParse(value).data?.summary;
}
