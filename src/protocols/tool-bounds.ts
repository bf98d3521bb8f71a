import type { ClientTool } from "../core/client-tool.ts";

/** More than any agent offers; the model's context would hold few of them. */
export const MAX_TOOLS = 1000;
/** Of all names, descriptions and schemas together: about what the largest context window holds. */
const MAX_LENGTH = 4 * 1024 * 1024;

/** Says why tools are too many in size; nothing when they are not. */
export function findSizeProblem(tools: readonly ClientTool[]): string | undefined {
  let length = 0;
  for (const { name, description = "", inputSchema } of tools) {
    length += name.length + description.length + JSON.stringify(inputSchema).length;
  }
  if (length <= MAX_LENGTH) return undefined;
  return `too large. Expected at most ${MAX_LENGTH} characters of names, descriptions and schemas, but got ${length} instead.`;
}
