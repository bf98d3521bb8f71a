import type { z } from "zod";

import { describeSchemaIssue } from "./describe-schema-issue.ts";

/**
 * Checks a decoded JSON body against its schema.
 * @throws RequestError for the first mistake, worded as OpenAI words it.
 */
export function parseBody<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  if (issue === undefined) throw result.error;
  throw describeSchemaIssue(issue, body);
}
