import type { McpServer } from "../../core/words/mcp-server.ts";

/** Shorter values are words like `1` or `true`: no secrets, and everywhere. */
const SHORTEST_SECRET = 4;

/** Takes out of a text what the settings of a server keep secret: variables, headers, and what a URL says besides the place. */
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

/** What follows a scheme (`Bearer …`) may appear without it. */
function withWords(value: string): string[] {
  return [value, ...value.split(/\s+/)];
}

function decodeSafely(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // Not encoded in the first place.
    return text;
  }
}
