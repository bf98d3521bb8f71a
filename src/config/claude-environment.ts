import type { Environment } from "./process-environment.ts";

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
  const clouds = CLOUDS.map(({ switches, variables }) => ({
    switches,
    variables: switches.some((name) => isOn(environment[name])) ? variables : undefined,
  }));
  const passed = new Set(passNames);
  const isAllowed = (name: string) => {
    const upper = name.toUpperCase();
    if (NEVER.test(upper)) return false;
    return (
      passed.has(name) ||
      NAMES.has(upper) ||
      PATTERNS.some((pattern) => pattern.test(upper)) ||
      clouds.some((cloud) => cloud.switches.includes(upper) || cloud.variables?.test(upper))
    );
  };
  return Object.fromEntries(
    Object.entries(environment).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && isAllowed(entry[0]),
    ),
  );
}

/** Claude Code's own reading of a switch. */
function isOn(value: string | undefined): boolean {
  return /^(1|true|yes|on)$/i.test(value?.trim() ?? "");
}
