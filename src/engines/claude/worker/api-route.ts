type Environment = Readonly<Record<string, string | undefined>>;
type Variables = Readonly<Record<string, string>>;

/** Where a process calls the model's API. It reads these variables anew for each request. */
export interface ApiRoute {
  /** What leads a process back to where it called when it started; an empty one stands for Claude Code's own. */
  readonly own: Variables;
  /** What leads it to this base URL instead. */
  to(url: string): Variables;
  /** Bedrock and Vertex refuse a mark for the prompt cache on the request as a whole; the API itself and gateways take it. */
  readonly isCloud: boolean;
}

/** The variable of a cloud's base URL, and what must not be set beside it. */
const CLOUDS: Readonly<Record<string, { readonly url: string; readonly notWith?: string }>> = {
  CLAUDE_CODE_USE_BEDROCK: { url: "ANTHROPIC_BEDROCK_BASE_URL" },
  CLAUDE_CODE_USE_MANTLE: { url: "ANTHROPIC_BEDROCK_MANTLE_BASE_URL" },
  CLAUDE_CODE_USE_ANTHROPIC_AWS: { url: "ANTHROPIC_AWS_BASE_URL" },
  CLAUDE_CODE_USE_VERTEX: { url: "ANTHROPIC_VERTEX_BASE_URL" },
  CLAUDE_CODE_USE_ANTHROPIC_GOOGLE_CLOUD: { url: "ANTHROPIC_GOOGLE_CLOUD_BASE_URL" },
  CLAUDE_CODE_USE_FOUNDRY: { url: "ANTHROPIC_FOUNDRY_BASE_URL", notWith: "ANTHROPIC_FOUNDRY_RESOURCE" },
};

/** Without a cloud. */
const DIRECT = "ANTHROPIC_BASE_URL";
const KEYS = ["ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN"];
/** Names of clouds, and of what nobody has tried. */
const USES = /^CLAUDE_CODE_USE_(?!NATIVE|POWERSHELL)\w+$/;
const OTHERWISE = ["CLAUDE_CODE_OAUTH_TOKEN", "ANTHROPIC_UNIX_SOCKET", "CLAUDE_CODE_REMOTE"];

/**
 * How a process with this environment is led to another place. Undefined where a request of ours may not take the place of Claude
 * Code's own: with a personal login what it says of the request would not be true (decision 33).
 */
export function findApiRoute(environment: Environment): ApiRoute | undefined {
  if (OTHERWISE.some((name) => Boolean(environment[name]))) return undefined;
  const used = Object.keys(environment).filter((name) => USES.test(name) && Boolean(environment[name]));
  const [cloud, ...others] = used;
  if (cloud === undefined) {
    return KEYS.some((name) => Boolean(environment[name]))
      ? routeOf(DIRECT, undefined, environment)
      : undefined;
  }
  const known = CLOUDS[cloud];
  if (others.length > 0 || !known || !isOn(environment[cloud])) return undefined;
  return routeOf(known.url, known.notWith, environment);
}

function routeOf(name: string, notWith: string | undefined, environment: Environment): ApiRoute {
  const own = (each: string) => ({ [each]: environment[each] ?? "" });
  return {
    isCloud: name !== DIRECT,
    own: { ...own(name), ...(notWith !== undefined && own(notWith)) },
    to: (url) => ({ [name]: url, ...(notWith !== undefined && { [notWith]: "" }) }),
  };
}

/** Reads a switch as Claude Code does. */
function isOn(value = ""): boolean {
  return /^(1|true|yes|on)$/i.test(value.trim());
}
