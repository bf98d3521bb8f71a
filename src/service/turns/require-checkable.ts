import type { PrincipalId } from "../../core/words/ids.ts";
import type { TurnRequest } from "../../core/words/turn-request.ts";
import { invalidFunctionSchema } from "../../protocols/json-schema/parse-function-schema.ts";
import { invalidFormatSchema } from "../../protocols/json-schema/parse-json-format.ts";
import type { ServiceParts } from "../service-parts.ts";

/** The names of the parameters that hold schemas in this protocol. */
export interface SchemaParams {
  readonly format: string;
  /** `index` counts the tools that are offered. */
  readonly tool: (index: number, name: string) => string;
}

/**
 * Makes sure that answers and arguments can be checked against the schemas that they must fit.
 * @throws RequestError naming the first schema that cannot be used
 */
export async function requireCheckable(
  { outputFormat, tools }: Pick<TurnRequest, "outputFormat" | "tools">,
  params: SchemaParams,
  client: PrincipalId,
  { schemas }: Pick<ServiceParts, "schemas">,
  signal: AbortSignal = new AbortController().signal,
): Promise<void> {
  if (outputFormat?.type === "json-schema") {
    const problem = await schemas.findProblem(client, outputFormat.schema, signal);
    if (problem !== undefined) {
      throw invalidFormatSchema(`response_format '${outputFormat.name}'`, problem, params.format);
    }
  }
  for (const [index, { name, isStrict, inputSchema }] of tools.list.entries()) {
    if (isStrict !== true) continue;
    const problem = await schemas.findProblem(client, inputSchema, signal);
    if (problem !== undefined) throw invalidFunctionSchema(name, problem, params.tool(index, name));
  }
}
