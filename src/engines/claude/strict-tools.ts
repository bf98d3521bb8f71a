import type { ClientTool, JsonObject } from "../../core/words/client-tool.ts";
import { enforcedSize, type SchemaCost, MAX_SCHEMA_COST } from "./enforced-schema.ts";
import type { RefusedSchemas } from "./refused-schemas.ts";

/** What the API takes in one request. */
const MAX_STRICT_TOOLS = 20;

/**
 * The strict tools whose schemas the API enforces as the client wrote them, the first ones as far as the API's limits go. `format`
 * is the schema of the answer that it enforces beside them. The arguments of all strict tools are checked here as well.
 */
export function enforcedTools(
  tools: readonly ClientTool[],
  format: JsonObject | undefined,
  refused: Pick<RefusedSchemas, "has">,
): ReadonlySet<ClientTool> {
  const enforced = new Set<ClientTool>();
  let size = (format && enforcedSize(format)) ?? { optional: 0, unions: 0 };
  for (const tool of tools) {
    if (tool.isStrict !== true || enforced.size === MAX_STRICT_TOOLS) continue;
    const own = enforcedSize(tool.inputSchema);
    if (!own || refused.has(tool.inputSchema)) continue;
    const together = add(size, own);
    if (together.optional > MAX_SCHEMA_COST.optional || together.unions > MAX_SCHEMA_COST.unions) continue;
    enforced.add(tool);
    size = together;
  }
  return enforced;
}

function add(left: SchemaCost, right: SchemaCost): SchemaCost {
  return { optional: left.optional + right.optional, unions: left.unions + right.unions };
}
