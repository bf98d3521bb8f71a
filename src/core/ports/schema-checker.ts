import type { JsonObject } from "../words/client-tool.ts";
import type { PrincipalId } from "../words/ids.ts";

export type JsonCheckResult =
  | { readonly type: "fits" }
  /** `problem`: where and by which rule, such as `/items/0/name must be string`, without the value. */
  | { readonly type: "misfit"; readonly problem: string }
  | { readonly type: "not-json" }
  /** Unknown, for a reason in the schema: it is unusable, or checking against it takes too long. */
  | { readonly type: "unchecked"; readonly problem: string };

/**
 * Checks JSON against clients' schemas. A malicious schema or text can take forever, so the check runs outside the thread of
 * everybody's turns, and with a time limit.
 */
export interface SchemaChecker {
  /**
   * Why no value can be checked against this schema; undefined when it can be, and then the check is ready for use.
   * @throws AppError when too many tasks of the client are already waiting
   */
  findProblem(client: PrincipalId, schema: JsonObject, signal: AbortSignal): Promise<string | undefined>;
  /** Whether a text is JSON and conforms to the schema. `signal` aborts when nobody needs the result any more. */
  check(client: PrincipalId, schema: JsonObject, text: string, signal: AbortSignal): Promise<JsonCheckResult>;
}
