import type { McpServer } from "../../core/words/mcp-server.ts";

/** Shorter values are words like `1` or `true`, which are not secret and appear everywhere. */
const SHORTEST_SECRET = 4;

/**
 * Removes from a text what a server's settings keep secret: variables, headers, and the parts of a URL other than its host and
 * path.
 */
export function hideSecrets(
  text: string,
  server: McpServer,
  environment: Readonly<Record<string, string>>,
): string {
  // The longest first: one may be a part of another.
  const secrets = [...Object.values(environment).flatMap(withWords), ...secretsOf(server)].toSorted(
    (one, other) => other.length - one.length,
  );
  return secrets
    .filter((secret) => secret.length >= SHORTEST_SECRET)
    .reduce((cleaned, secret) => cleaned.replaceAll(secret, "***"), text);
}

function secretsOf(server: McpServer): string[] {
  if (server.type === "stdio") return [];
  const headers = Object.values(server.headers).flatMap(withWords);
  const url = URL.parse(server.url);
  if (!url) return [...headers, server.url];
  const parts = [url.search, url.username, url.password, ...url.searchParams.values()];
  return [...headers, ...parts, ...parts.map(decodeSafely)];
}

/** The text after a scheme (`Bearer …`) may appear on its own. */
function withWords(value: string): string[] {
  return [value, ...value.split(/\s+/)];
}

function decodeSafely(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // It was not encoded in the first place.
    return text;
  }
}
