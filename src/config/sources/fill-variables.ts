import type { Environment } from "./process-environment.ts";

/** `${NAME}`, `${NAME:-instead}`, or the start of what is meant as it stands: `$${`. */
const PLACE = /\$\$\{|\$\{([A-Za-z_]\w*)(?::-([^}]*))?\}/g;

/**
 * A text with variables of the server's environment in their places, as in Claude Code's own `.mcp.json`. An empty variable
 * counts as absent, as it does for settings; absent ones without an instead go to `onMissing`.
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
