import type { JsonObject } from "../../core/words/client-tool.ts";
import { RequestError } from "../request-error.ts";
import { readToolSchema } from "./tool-schema.ts";

/**
 * The schema of a declared function's arguments; without parameters, an object without properties.
 * @throws RequestError when it cannot reach the model as intended
 */
export function parseFunctionSchema(
  declared: { readonly name: string; readonly parameters?: JsonObject | null | undefined },
  param: string,
): JsonObject {
  const read = readToolSchema(declared.parameters ?? { type: "object", properties: {} }, true);
  if ("problem" in read) throw invalidFunctionSchema(declared.name, read.problem, `${param}.parameters`);
  return read.schema;
}

export function invalidFunctionSchema(name: string, problem: string, param: string): RequestError {
  return new RequestError(
    "invalid_function_parameters",
    `Invalid schema for function '${name}': ${problem}`,
    param,
  );
}
