import { mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";

import { CHANNEL_NAMES } from "../../compose/channel-names.ts";
import type { TransportChoice } from "../../compose/open-channel.ts";
import { ConfigError } from "../../config/config-error.ts";
import type { Config } from "../../config/config.ts";
import { openKeyFile } from "../../config/data-folder/key-file.ts";
import { SETTINGS } from "../../config/schema/config-schema.ts";
import { styled } from "../../lib/styled-line.ts";
import type { CommandContext } from "../command-context.ts";
import { quoteForShell } from "../quote-for-shell.ts";
import type { GivenFlags } from "../setting-options.ts";
import { resolveChannel } from "./channel-settings.ts";
import { withServer, withSettings } from "./claude-files.ts";
import { readJsonFile, writeJsonFile } from "./json-file.ts";

export interface InstallRequest {
  /** The project whose sessions get the channel; default: the current folder. */
  readonly project?: string;
  /** A folder for files of their own, which only the printed command uses. */
  readonly into?: string;
  readonly transport: TransportChoice;
}

/** Where Claude Code's configuration is written. */
interface Place {
  readonly mcp: string;
  readonly settings: string;
  /** How Claude Code is told of the files; empty where it finds them by itself. */
  readonly flags: readonly string[];
  readonly folder: string;
}

/**
 * `turnpike channel install`: writes what Claude Code must know of the channel, keeps what is there, and says how to start it.
 * @throws ConfigError when a file cannot be used; then nothing is written
 */
export async function installChannel(
  request: InstallRequest,
  given: GivenFlags,
  context: CommandContext,
): Promise<number> {
  const { config } = resolveChannel(given, context);
  if (config.server.port === 0) {
    throw new ConfigError(["The hooks of Claude Code need to know the port: give one with --port, not 0."]);
  }
  const place = placeOf(request, context);
  const [servers, settings] = [await readJsonFile(place.mcp), await readJsonFile(place.settings)];
  const { key: secret = "" } = await openKeyFile(config.dataDir, "hook-secret");
  const { key, file: keyFile } = await openKeyFile(config.dataDir, "api-key");
  const isProjectServer = request.into === undefined;
  const made = withSettings(settings, { url: hookUrl(config), secret }, isProjectServer);
  await mkdir(place.folder, { recursive: true });
  await writeJsonFile(place.mcp, withServer(servers, serverCommand(request, given, context)));
  await writeJsonFile(place.settings, made.settings);
  const contract = join(config.dataDir, "channel-contract.md");
  await writeFile(contract, `${CHANNEL_NAMES.CONTRACT}\n`, { mode: 0o600 });
  const { terminal } = context;
  for (const conflict of made.conflicts) {
    terminal.printError([styled(["bold", "yellow"], "Warning:"), ` ${place.settings}: ${conflict}.`]);
  }
  const command = startCommand(request, place, config, contract);
  const configured = config.auth.apiKeys.length > 0;
  terminal.print(
    `Written: ${place.mcp}`,
    `         ${place.settings}`,
    `Base URL http://${urlHost(config)}:${config.server.port}/v1`,
    configured ? "API key  the configured one" : `API key  ${key ?? ""} (${keyFile})`,
    "",
    "Start Claude Code with the channel:",
    "",
    `  ${command}`,
    "",
    "Where Claude Code's channels are open to you, it can listen to the channel itself; without, requests come through the inbox",
    "of the session, which needs Claude Code 2.1.224 or newer:",
    "",
    `  ${command} --dangerously-load-development-channels server:${CHANNEL_NAMES.SERVER_NAME}`,
  );
  return 0;
}

function placeOf({ project, into }: InstallRequest, { machine }: CommandContext): Place {
  if (into !== undefined) {
    const folder = resolve(machine.currentDir, into);
    const [mcp, settings] = [join(folder, "mcp.json"), join(folder, "settings.json")];
    return { mcp, settings, folder, flags: ["--mcp-config", mcp, "--settings", settings] };
  }
  const folder = resolve(machine.currentDir, project ?? ".");
  return {
    mcp: join(folder, ".mcp.json"),
    // Not the settings that are shared with others: it holds a secret.
    settings: join(folder, ".claude", "settings.local.json"),
    folder,
    flags: [],
  };
}

function serverCommand(
  { transport }: InstallRequest,
  { flags, configFile }: GivenFlags,
  { launch }: CommandContext,
): {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
} {
  const [command = "node", ...rest] = launch.command;
  const given = SETTINGS.flatMap((setting): string[] => {
    const value = flags[setting.key];
    if (value === undefined) return [];
    if (setting.isSecret) {
      throw new ConfigError([
        `${setting.flagName} is secret and would stand in a file of Claude Code's. Set ${setting.environmentNames[0]} for Claude Code instead.`,
      ]);
    }
    if (setting.isSwitch) return [setting.flagName];
    return [value].flat().flatMap((one) => [setting.flagName, String(one)]);
  });
  return {
    command,
    args: [
      ...rest,
      "channel",
      ...(transport === "auto" ? [] : ["--transport", transport]),
      ...(configFile === undefined ? [] : ["--config", configFile]),
      ...given,
    ],
    env: {},
  };
}

function startCommand(
  { into }: InstallRequest,
  { flags, folder }: Place,
  { dataDir }: Config,
  contract: string,
): string {
  const words = [
    "claude",
    ...flags,
    // The mode `auto` asks about every call where it cannot judge.
    "--permission-mode",
    "manual",
    "--append-system-prompt-file",
    contract,
    // Where `turnpike doctor` reads whether Claude Code listens to channels.
    "--debug-file",
    join(dataDir, "claude-debug.log"),
  ];
  const command = words.map(quoteForShell).join(" ");
  return into === undefined ? `cd ${quoteForShell(folder)} && ${command}` : command;
}

function urlHost({ server: { host } }: Config): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  if (host === "::") return "[::1]";
  return host.includes(":") ? `[${host}]` : host;
}

/** Hooks come from this machine only. */
function hookUrl(config: Config): string {
  return `http://${urlHost(config)}:${config.server.port}`;
}
