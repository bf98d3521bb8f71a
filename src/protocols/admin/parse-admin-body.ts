import type * as z from "zod";

import { describeSchemaIssue } from "../describe-schema-issue.ts";
import { RequestError } from "../request-error.ts";

/**
 * Checks a body of the admin API, which takes no fields that it does not know.
 * @throws RequestError for the first mistake
 */
export function parseAdminBody<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  if (issue?.code !== "unrecognized_keys") throw issue ? describeSchemaIssue(issue, body) : result.error;
  const name = [...issue.path, issue.keys[0] ?? ""].join(".").slice(0, 64);
  throw new RequestError("unknown_parameter", `Unknown parameter: '${name}'.`, name);
}
