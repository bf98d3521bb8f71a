import type { JsonObject } from "../../core/client-tool.ts";
import { RequestError } from "../request-error.ts";
import { findCheckingProblem } from "./find-checking-problem.ts";
import { readToolSchema } from "./tool-schema.ts";

/**
 * The schema of a declared function's arguments; absent parameters are an object without properties. `isStrict`: arguments must
 * be checkable against it.
 * @throws RequestError when it cannot reach the model as it was meant
 */
export function parseFunctionSchema(
  declared: { readonly name: string; readonly parameters?: JsonObject | null | undefined },
  isStrict: boolean,
  param: string,
): JsonObject {
  const read = readToolSchema(declared.parameters ?? { type: "object", properties: {} }, true);
  const problem = "problem" in read ? read.problem : isStrict && findCheckingProblem(read.schema);
  if ("problem" in read || problem) {
    throw new RequestError(
      "invalid_function_parameters",
      `Invalid schema for function '${declared.name}': ${problem}`,
      `${param}.parameters`,
    );
  }
  return read.schema;
}
