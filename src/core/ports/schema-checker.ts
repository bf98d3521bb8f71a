import type { JsonObject } from "../words/client-tool.ts";
import type { PrincipalId } from "../words/ids.ts";

export type JsonCheckResult =
  | { readonly type: "fits" }
  /** `problem`: where and by which rule, such as `/items/0/name must be string`; not what the value is. */
  | { readonly type: "misfit"; readonly problem: string }
  | { readonly type: "not-json" }
  /** Nobody knows, for a reason that lies in the schema: it cannot be used, or checking against it takes too long. */
  | { readonly type: "unchecked"; readonly problem: string };

/**
 * Checks JSON against schemas of clients. What a client gives may be made to take for ever, so it happens away from the thread
 * that everybody else's turns run in, and within a time.
 */
export interface SchemaChecker {
  /**
   * Why no value can be checked against this schema; undefined when it can be, and the check is then ready for use.
   * @throws AppError when too much of the client's waits already
   */
  findProblem(client: PrincipalId, schema: JsonObject, signal: AbortSignal): Promise<string | undefined>;
  /** Whether a text is JSON and fits. `signal`: nobody wants to know any more. */
  check(client: PrincipalId, schema: JsonObject, text: string, signal: AbortSignal): Promise<JsonCheckResult>;
}
