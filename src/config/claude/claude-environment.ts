import type { Environment } from "../sources/process-environment.ts";

const NAMES = new Set(
  [
    // What any program needs to find its files, its language and the way out to the internet.
    "PATH HOME USER LOGNAME SHELL LANG LANGUAGE TERM COLORTERM TZ TMPDIR TEMP TMP",
    "HTTP_PROXY HTTPS_PROXY ALL_PROXY NO_PROXY",
    "NODE_EXTRA_CA_CERTS NODE_USE_SYSTEM_CA SSL_CERT_FILE SSL_CERT_DIR",
    // The same on Windows.
    "SYSTEMROOT SYSTEMDRIVE WINDIR COMSPEC PATHEXT OS USERNAME USERPROFILE HOMEDRIVE HOMEPATH",
    "APPDATA LOCALAPPDATA PROGRAMDATA PROGRAMFILES PROGRAMFILES(X86) PROGRAMW6432",
    "PROCESSOR_ARCHITECTURE NUMBER_OF_PROCESSORS",
    // How Claude Code is told where its files are, which account to use and what it must not send home.
    "CLAUDE_CONFIG_DIR CLAUDE_SECURESTORAGE_CONFIG_DIR CLAUDE_CODE_TMPDIR CLAUDE_CODE_SHELL",
    "CLAUDE_CODE_GIT_BASH_PATH CLOUD_ML_REGION CLAUDE_CODE_API_KEY_HELPER_TTL_MS",
    "CLAUDE_CODE_OAUTH_TOKEN CLAUDE_CODE_OAUTH_REFRESH_TOKEN CLAUDE_CODE_OAUTH_SCOPES",
    "CLAUDE_CODE_CLIENT_CERT CLAUDE_CODE_CLIENT_KEY CLAUDE_CODE_CLIENT_KEY_PASSPHRASE",
    "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC CLAUDE_CODE_DISABLE_EXPERIMENTAL_BETAS",
    "DISABLE_TELEMETRY DISABLE_ERROR_REPORTING DO_NOT_TRACK",
    // With it a container says that it is one; as root, Claude Code's mode bypassPermissions needs it.
    "IS_SANDBOX",
  ].flatMap((line) => line.split(" ")),
);

const PATTERNS = [/^LC_/, /^XDG_/, /^ANTHROPIC_/, /^VERTEX_REGION_/, /^CLAUDE_CODE_SKIP_\w+_AUTH$/];

/** A cloud's own variables matter, and are secrets, only when Claude Code works through that cloud. */
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

/** Turnpike's own secrets, and what would tell Claude Code that it runs inside another one. Not even on request. */
const NEVER = /^(TURNPIKE_|CLAUDECODE$|CLAUDE_CODE_(ENTRYPOINT|SSE_PORT|CHILD_SESSION|SESSION_ID)$)/;

/**
 * The environment for Claude Code: only what it needs, plus the variables in `passNames`. An allowlist, because whatever a
 * server's environment holds would otherwise reach the model's Bash tool. Names are compared without regard to case, as
 * Windows does and as proxies are spelled. The SSH agent is left out on purpose: it signs with the person's keys.
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
 * What the processes of a profile get besides, over the server's: the profile's own variables, and those of the server's that
 * belong to a cloud that the profile chooses.
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

/** Whether a variable, spelled in capitals, reaches Claude Code in no way. */
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

/** Claude Code's own reading of a switch. */
function isOn(value: string | undefined): boolean {
  return /^(1|true|yes|on)$/i.test(value?.trim() ?? "");
}
