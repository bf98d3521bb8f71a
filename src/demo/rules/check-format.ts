import { isRecord } from "../../lib/is-record.ts";
import { placedBlocks, outputConfigOf } from "./api-request.ts";
import type { ApiRequest } from "./api-request.ts";
import { countGrammar, findUnsupported, grammarProblem } from "./grammar-schema.ts";
import { invalid } from "./problem.ts";
import type { Problem } from "./problem.ts";

/** `output_config.format`: the schema, its size, and no citations together with it. */
export function checkFormat(request: ApiRequest): Problem | undefined {
  const { format } = outputConfigOf(request);
  if (!format) return undefined;
  const fault = findUnsupported(format.schema);
  if (fault !== undefined) return invalid(`output_config.format.schema: ${fault}`);
  const strict = (request.body.tools ?? []).filter((tool) => tool["strict"] === true);
  const schemas = [format.schema, ...strict.map((tool) => tool["input_schema"])];
  const tooLarge = grammarProblem(schemas.map(countGrammar));
  if (tooLarge) return tooLarge;
  for (const { block } of placedBlocks(request.body)) {
    const { citations } = block;
    if (isRecord(citations) && citations["enabled"] === true) {
      return invalid("output_config.format: structured outputs are not supported when citations are enabled");
    }
  }
  return undefined;
}
