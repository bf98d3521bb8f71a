import { printJson } from "../print-json.ts";
import { resolveConfig } from "../../config/resolve-config.ts";
import type { EngineAccount } from "../../core/ports/engine.ts";
import { styled } from "../../lib/styled-line.ts";
import type { CommandContext } from "../command-context.ts";
import { confirm } from "../confirm.ts";
import { ownProgram } from "../own-command.ts";
import type { GivenFlags } from "../setting-options.ts";
import { runOnTerminal } from "./run-on-terminal.ts";

export interface LoginRequest {
  /** Whether to make a token for a machine without a browser, in place of logging this one in. */
  readonly isToken: boolean;
  /** Whether to tell the login for programs, and to start nothing. */
  readonly isJson: boolean;
}

const TIMEOUT_MS = 60_000;

/**
 * `turnpike login`: says how Claude Code is logged in, hands the terminal to its own login, and says what came of it. Without a
 * terminal it says what to do instead. Resolves with 1 when Claude Code is not logged in in the end.
 * @throws ConfigError when the settings cannot be used
 */
export async function login(
  { isToken, isJson }: LoginRequest,
  given: GivenFlags,
  context: CommandContext,
): Promise<number> {
  const { terminal, environment, machine, engines } = context;
  const { config } = resolveConfig({ ...given, environment, machine, engines });
  const look = async (): Promise<{ account: EngineAccount; claude: string }> => {
    terminal.showStatus("Asking Claude Code for its login …");
    const tools = await context.openDoctorTools(config, environment);
    try {
      const { path } = await tools.findClaude(config.engine);
      return { account: await tools.describeAccount(AbortSignal.timeout(TIMEOUT_MS)), claude: path };
    } finally {
      await tools.close();
      terminal.showStatus();
    }
  };
  const { account: before, claude } = await look();
  if (isJson) {
    const { isLoggedIn, source, models } = before;
    const body = { loggedIn: isLoggedIn, source, models: models.map(({ id }) => id) };
    printJson(body, terminal);
    return isLoggedIn ? 0 : 1;
  }
  terminal.printError(describe(before));
  if (!terminal.isInteractive) {
    if (!before.isLoggedIn) terminal.printError(...withoutTerminal(`${ownProgram(context)} login --token`));
    return before.isLoggedIn ? 0 : 1;
  }
  if (isToken) {
    terminal.printError("Claude Code makes a token; give it to the server as CLAUDE_CODE_OAUTH_TOKEN.");
    return runOnTerminal(claude, ["setup-token"], environment);
  }
  const variable = VARIABLES.find((name) => environment[name]);
  if (variable !== undefined) {
    terminal.printError(`The server uses ${variable}, which counts before a login: unset it to use one.`);
  }
  if (before.isLoggedIn && !(await confirm("Log in anew?", terminal))) return 0;
  await runOnTerminal(claude, ["auth", "login"], environment);
  const { account: after } = await look();
  terminal.printError(describe(after));
  return after.isLoggedIn ? 0 : 1;
}

const VARIABLES = ["ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_API_KEY", "CLAUDE_CODE_OAUTH_TOKEN"];

const withoutTerminal = (howToGetToken: string) => [
  "There is no terminal for Claude Code's own login. Do one of these for the server:",
  "  set ANTHROPIC_API_KEY to an API key of Anthropic",
  `  set CLAUDE_CODE_OAUTH_TOKEN to a token that \`${howToGetToken}\` makes on a machine with a browser`,
  "  set CLAUDE_CONFIG_DIR to a folder of a Claude Code that is logged in, such as a mounted one",
  "  set CLAUDE_CODE_USE_BEDROCK=1 or CLAUDE_CODE_USE_VERTEX=1 and what the cloud asks for",
];

function describe({ isLoggedIn, source, models }: EngineAccount) {
  if (!isLoggedIn) return [styled(["bold", "yellow"], "Claude Code is not logged in.")];
  return [styled("green", "Claude Code is logged in: "), `${source}; ${models.length} models`];
}
