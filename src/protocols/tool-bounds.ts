/** More than any agent offers; the model's context would hold few of them. */
export const MAX_TOOLS = 1000;
/** Of all names, descriptions and schemas together: about what the largest context window holds. */
const MAX_LENGTH = 4 * 1024 * 1024;

/** Says why tools, as they were sent, are too many in size; nothing when they are not. Read them only then. */
export function findSizeProblem(tools: readonly object[]): string | undefined {
  let length = 0;
  for (const tool of tools) {
    length += JSON.stringify(tool).length;
    if (length > MAX_LENGTH) {
      return `too large. Expected at most ${MAX_LENGTH} characters of names, descriptions and schemas.`;
    }
  }
  return undefined;
}
