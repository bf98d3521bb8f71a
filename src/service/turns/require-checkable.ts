import type { PrincipalId } from "../../core/words/ids.ts";
import type { TurnRequest } from "../../core/words/turn-request.ts";
import { invalidFunctionSchema } from "../../protocols/json-schema/parse-function-schema.ts";
import { invalidFormatSchema } from "../../protocols/json-schema/parse-json-format.ts";
import type { ServiceParts } from "../service-parts.ts";

/** Where a request of this protocol has its schemas. */
export interface SchemaParams {
  readonly format: string;
  /** `index`: of the tool among those that are offered. */
  readonly tool: (index: number, name: string) => string;
}

/**
 * Schemas that answers or arguments must fit are ones that they can be checked against.
 * @throws RequestError naming the first that is none
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
