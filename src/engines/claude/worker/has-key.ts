const KEYS = ["ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN"];

/** With these, Claude Code calls something else than the Messages API under a key. */
const OTHERWISE =
  /^(CLAUDE_CODE_USE_(?!NATIVE|POWERSHELL)\w+|CLAUDE_CODE_OAUTH_TOKEN|ANTHROPIC_UNIX_SOCKET|CLAUDE_CODE_REMOTE)$/;

/**
 * Whether a process with this environment calls the Messages API under a key. With a personal login the texts that Claude Code puts
 * before the client's are its own to write, so a request of ours may not take their place.
 */
export function hasKey(environment: Readonly<Record<string, string | undefined>>): boolean {
  if (!KEYS.some((name) => Boolean(environment[name]))) return false;
  return !Object.entries(environment).some(([name, value]) => Boolean(value) && OTHERWISE.test(name));
}
