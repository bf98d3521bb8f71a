import type { Environment } from "../sources/process-environment.ts";

const NAMES = new Set(
  [
    // Every program needs these to find its files, its language and its way to the internet.
    "PATH HOME USER LOGNAME SHELL LANG LANGUAGE TERM COLORTERM TZ TMPDIR TEMP TMP",
    "HTTP_PROXY HTTPS_PROXY ALL_PROXY NO_PROXY",
    "NODE_EXTRA_CA_CERTS NODE_USE_SYSTEM_CA SSL_CERT_FILE SSL_CERT_DIR",
    // The same on Windows.
    "SYSTEMROOT SYSTEMDRIVE WINDIR COMSPEC PATHEXT OS USERNAME USERPROFILE HOMEDRIVE HOMEPATH",
    "APPDATA LOCALAPPDATA PROGRAMDATA PROGRAMFILES PROGRAMFILES(X86) PROGRAMW6432",
    "PROCESSOR_ARCHITECTURE NUMBER_OF_PROCESSORS",
    // These tell Claude Code where its files are, which account to use and what it must not report to its maker.
    "CLAUDE_CONFIG_DIR CLAUDE_SECURESTORAGE_CONFIG_DIR CLAUDE_CODE_TMPDIR CLAUDE_CODE_SHELL",
    "CLAUDE_CODE_GIT_BASH_PATH CLOUD_ML_REGION CLAUDE_CODE_API_KEY_HELPER_TTL_MS",
    "CLAUDE_CODE_OAUTH_TOKEN CLAUDE_CODE_OAUTH_REFRESH_TOKEN CLAUDE_CODE_OAUTH_SCOPES",
    "CLAUDE_CODE_CLIENT_CERT CLAUDE_CODE_CLIENT_KEY CLAUDE_CODE_CLIENT_KEY_PASSPHRASE",
    "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC CLAUDE_CODE_DISABLE_EXPERIMENTAL_BETAS",
    "DISABLE_TELEMETRY DISABLE_ERROR_REPORTING DO_NOT_TRACK",
    // Set by a container to say that it is one; as root, Claude Code requires it for the mode bypassPermissions.
    "IS_SANDBOX",
  ].flatMap((line) => line.split(" ")),
);

const PATTERNS = [/^LC_/, /^XDG_/, /^ANTHROPIC_/, /^VERTEX_REGION_/, /^CLAUDE_CODE_SKIP_\w+_AUTH$/];

/** A cloud provider's variables matter, and are secret, only when Claude Code uses that provider. */
const CLOUDS = [
  {
    switches: ["CLAUDE_CODE_USE_BEDROCK", "CLAUDE_CODE_USE_MANTLE", "CLAUDE_CODE_USE_ANTHROPIC_AWS"],
    variables: /^AWS_/,
  },
  {
    switches: ["CLAUDE_CODE_USE_VERTEX", "CLAUDE_CODE_USE_ANTHROPIC_GOOGLE_CLOUD"],
    variables: /^(GOOGLE_|GCLOUD_|CLOUDSDK_|GCE_METADATA_)/,
  },
  { switches: ["CLAUDE_CODE_USE_FOUNDRY"], variables: /^AZURE_/ },
];

/**
 * Turnpike's own secrets, and variables that would tell Claude Code that it runs inside another one. Not passed even on
 * request.
 */
const NEVER = /^(TURNPIKE_|CLAUDECODE$|CLAUDE_CODE_(ENTRYPOINT|SSE_PORT|CHILD_SESSION|SESSION_ID)$)/;

/**
 * The environment for Claude Code: only what it needs, plus the variables in `passNames`. An allowlist, because otherwise
 * everything in the server's environment would reach the model's Bash tool. Names are compared case-insensitively, as on
 * Windows and because proxy variables come in both cases. The SSH agent is left out on purpose: it signs with the person's
 * keys.
 */
export function buildClaudeEnvironment(
  environment: Environment,
  passNames: readonly string[],
): Record<string, string> {
  const used = usedClouds(environment);
  const passed = new Set(passNames);
  const isAllowed = (name: string) => {
    const upper = name.toUpperCase();
    if (isNeverPassed(upper)) return false;
    return (
      passed.has(name) ||
      NAMES.has(upper) ||
      PATTERNS.some((pattern) => pattern.test(upper)) ||
      CLOUDS.some((cloud) => cloud.switches.includes(upper)) ||
      used.some((cloud) => cloud.variables.test(upper))
    );
  };
  return pickVariables(environment, isAllowed);
}

/**
 * Additional variables for a profile's processes, which override the server's: the profile's own, and those variables of the
 * server that belong to a cloud provider that the profile selects.
 */
export function buildProfileEnvironment(
  own: Readonly<Record<string, string>>,
  environment: Environment,
): Readonly<Record<string, string>> {
  const used = usedClouds(own);
  if (used.length === 0) return own;
  const isOfCloud = (name: string) => used.some(({ variables }) => variables.test(name.toUpperCase()));
  return { ...pickVariables(environment, isOfCloud), ...own };
}

/** Whether a variable, given in capitals, is never passed to Claude Code. */
export function isNeverPassed(upperName: string): boolean {
  return NEVER.test(upperName);
}

function usedClouds(environment: Environment) {
  return CLOUDS.filter(({ switches }) => switches.some((name) => isOn(environment[name])));
}

function pickVariables(
  environment: Environment,
  isWanted: (name: string) => boolean,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && isWanted(entry[0]),
    ),
  );
}

/** Reads a switch as Claude Code does. */
function isOn(value: string | undefined): boolean {
  return /^(1|true|yes|on)$/i.test(value?.trim() ?? "");
}
