import type { Environment } from "./process-environment.ts";

/** `${NAME}`, `${NAME:-fallback}`, or `$${`, which stands for a literal `${`. */
const PLACE = /\$\$\{|\$\{([A-Za-z_]\w*)(?::-([^}]*))?\}/g;

/**
 * Fills variables of the server's environment into a text, with the syntax of Claude Code's own `.mcp.json`. An empty variable
 * counts as absent, as it does for settings; absent ones without a fallback are passed to `onMissing`.
 */
export function fillVariables(
  text: string,
  environment: Environment,
  onMissing: (name: string) => void,
): string {
  return text.replaceAll(PLACE, (place, name: string | undefined, instead: string | undefined) => {
    if (name === undefined) return "${";
    const found = (Object.hasOwn(environment, name) && environment[name]) || instead;
    if (found === undefined) onMissing(name);
    return found ?? place;
  });
}
