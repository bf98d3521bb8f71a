/** More than any agent offers; the model's context could hold only a few of them. */
export const MAX_TOOLS = 1000;
/** All names, descriptions and schemas together: about what the largest context window holds. */
const MAX_LENGTH = 4 * 1024 * 1024;

/** Says why the tools, as sent, are too large together; undefined when they are not. Check this before reading them. */
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
