import type { Environment } from "../../config/sources/process-environment.ts";

/** What the server and the programs that it starts (git) need. */
const NEEDED =
  /^(PATH|HOME|USER|LOGNAME|SHELL|LANG|LANGUAGE|LC_\w+|TZ|TMPDIR|TEMP|TMP|XDG_\w+|TERM|SYSTEMROOT|SYSTEMDRIVE|WINDIR|COMSPEC|PATHEXT|USERPROFILE|APPDATA|LOCALAPPDATA)$/i;

const SECRET_NAME = /(KEY|TOKEN|SECRET|PASSWORD|CREDENTIALS?|AUTH)(_|$)/i;
/** Shorter values are no secrets, and would be blackened wherever they stand. */
const LEAST_SECRET_LENGTH = 8;

/** Claude Code gives its MCP servers its own keys and tokens: none of them reaches a program that this one starts. */
export function scrubEnvironment(environment: Environment): Environment {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => NEEDED.test(name)));
}

/** The values that must not stand in the log. */
export function secretsOf(environment: Environment): readonly string[] {
  return Object.entries(environment).flatMap(([name, value]) =>
    SECRET_NAME.test(name) && value !== undefined && value.length >= LEAST_SECRET_LENGTH ? [value] : [],
  );
}
