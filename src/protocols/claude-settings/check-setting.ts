import type { z } from "zod";

import { describeSchemaIssue } from "../describe-schema-issue.ts";

/** Where a setting was sent: `["claude", "maxTurns"]`, `["X-Turnpike-Max-Turns"]`, `["metadata", "claude.maxTurns"]`. */
export type SettingPlace = readonly [string, ...string[]];

/** Checks one value and reports a mistake at its place, worded like the protocol's own errors. */
export type CheckSetting = <Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  place: SettingPlace,
) => z.output<Schema>;

/**
 * Worded like OpenAI's errors.
 * @throws RequestError
 */
export const checkOpenAiSetting: CheckSetting = (schema, value, place) => {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  if (issue === undefined) throw result.error;
  const input = place.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value);
  throw describeSchemaIssue({ ...issue, path: [...place, ...issue.path] }, input);
};
