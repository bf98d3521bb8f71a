/** The address and headers for calling the model's API directly. */
export interface ApiAccess {
  /** Without a trailing slash. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

const DEFAULT_URL = "https://api.anthropic.com";
const API_VERSION = "2023-06-01";

/** With one of these set, Claude Code uses a cloud, which signs requests in its own way. */
const CLOUDS = [
  "CLAUDE_CODE_USE_BEDROCK",
  "CLAUDE_CODE_USE_MANTLE",
  "CLAUDE_CODE_USE_ANTHROPIC_AWS",
  "CLAUDE_CODE_USE_VERTEX",
  "CLAUDE_CODE_USE_ANTHROPIC_GOOGLE_CLOUD",
  "CLAUDE_CODE_USE_FOUNDRY",
];

/**
 * The access to the API that Claude Code has with this environment, as far as others may use it: with a key, or a gateway's
 * token. A person's login is for Claude Code only. Undefined: no access.
 */
export function findApiAccess(environment: Readonly<Record<string, string>>): ApiAccess | undefined {
  if (CLOUDS.some((name) => isSet(environment[name]))) return undefined;
  // The connection would need the client certificate.
  if (isSet(environment["CLAUDE_CODE_CLIENT_CERT"])) return undefined;
  const key = environment["ANTHROPIC_API_KEY"];
  const token = environment["ANTHROPIC_AUTH_TOKEN"];
  if (!isSet(key) && !isSet(token)) return undefined;
  const base = environment["ANTHROPIC_BASE_URL"];
  const url = isSet(base) ? base : DEFAULT_URL;
  if (!URL.canParse(url)) return undefined;
  return {
    url: url.replace(/\/+$/, ""),
    headers: {
      "content-type": "application/json",
      "anthropic-version": API_VERSION,
      ...(isSet(key) && { "x-api-key": key }),
      ...(isSet(token) && { authorization: `Bearer ${token}` }),
      ...customHeaders(environment["ANTHROPIC_CUSTOM_HEADERS"]),
    },
  };
}

/** Parses lines of `Name: value`, the format that Claude Code accepts. */
function customHeaders(lines = ""): Record<string, string> {
  const fields = lines.split("\n").map((line) => /^\s*([\w-]+)\s*:\s*(.*?)\s*$/.exec(line));
  return Object.fromEntries(
    fields.flatMap((match) => (match?.[1] ? [[match[1].toLowerCase(), match[2] ?? ""]] : [])),
  );
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && value.trim() !== "";
}
