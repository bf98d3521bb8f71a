import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";

import { CHANNEL_NAMES } from "../../compose/channel-names.ts";
import type { TransportChoice } from "../../core/words/channel-transport.ts";
import { ConfigError } from "../../config/config-error.ts";
import type { Config } from "../../config/config.ts";
import { claudePaths } from "../../config/claude/claude-paths.ts";
import { openKeyFile } from "../../config/data-folder/key-file.ts";
import { findFolder } from "../../config/build/resolve-folder.ts";
import { followLinks } from "../../lib/follow-links.ts";
import { localUrl } from "../../lib/local-url.ts";
import { styled } from "../../lib/styled-line.ts";
import type { CommandContext } from "../command-context.ts";
import { quoteForShell } from "../quote-for-shell.ts";
import { requireLastingFile } from "../require-lasting-file.ts";
import type { GivenFlags } from "../setting-options.ts";
import { findOpenApproverKey, findUnknownLevel, resolveChannel } from "./channel-settings.ts";
import { withServer, withSettings } from "./claude-files.ts";
import { findObstacles, type FoundSettings } from "./find-obstacles.ts";
import { isOpenToGit } from "./is-open-to-git.ts";
import { type JsonFile, readJsonFile, writeJsonFiles } from "./json-file.ts";
import { type Installation, printInstallation } from "./print-installation.ts";
import { serverCommand } from "./server-command.ts";

export interface InstallRequest {
  /** The project whose sessions get the channel; default: the current folder. */
  readonly project?: string;
  /** A folder for files of their own, which only the printed command uses. */
  readonly into?: string;
  readonly transport: TransportChoice;
  readonly isJson: boolean;
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
  // Paths are of here, also where Claude runs this command.
  const here = { ...context, environment: { ...context.environment, CLAUDE_PROJECT_DIR: undefined } };
  const resolved = resolveChannel(given, here);
  const { config } = resolved;
  requireLastingFile(resolved.configFile, "the server that Claude Code starts");
  if (config.server.port === 0) {
    throw new ConfigError(["The hooks of Claude Code need to know the port: give one with --port, not 0."]);
  }
  // Hooks come from this machine only.
  const url = localUrl(config.server.host, config.server.port);
  const { server, leftOut } = serverCommand(request.transport, given, context);
  const place = placeOf(request, context);
  const isProjectServer = request.into === undefined;
  if (isProjectServer && findFolder(place.folder) === undefined) {
    throw new ConfigError([`There is no folder ${place.folder}. Name the project's, or make it first.`]);
  }
  const [servers, settings] = [await readJsonFile(place.mcp), await readJsonFile(place.settings)];
  const { key: secret = "" } = await openKeyFile(config.dataDir, "hook-secret");
  const { key, file: keyFile } = await openKeyFile(config.dataDir, "api-key");
  const made = withSettings(settings, { url, secret }, isProjectServer);
  const contract = join(config.dataDir, "channel-contract.md");
  await writeFile(contract, `${CHANNEL_NAMES.CONTRACT}\n`, { mode: 0o600 });
  await writeJsonFiles([
    { path: place.mcp, value: withServer(servers, server), isSecret: false },
    { path: place.settings, value: made.settings, isSecret: true },
  ]);
  const { terminal, environment } = context;
  const warnings = [
    ...[findUnknownLevel(context.environment) ?? []].flat(),
    ...made.conflicts.map((conflict) => `${place.settings}: ${conflict}.`),
    ...findObstacles(await readSettings(place, context), isProjectServer),
    ...leftOut.map((name) => `${name} is secret and not written down: start Claude Code with it set, too.`),
    ...((await isOpenToGit(await followLinks(place.settings), environment))
      ? [`${place.settings} ${OPEN_TO_GIT}`]
      : []),
    ...[findOpenApproverKey(resolved, context) ?? []].flat(),
  ];
  for (const warning of warnings) {
    terminal.printError([styled(["bold", "yellow"], "Warning:"), ` ${warning}`]);
  }
  const isConfigured = config.auth.apiKeys.length > 0;
  printInstallation(
    {
      files: [place.mcp, place.settings],
      url: `${url}/v1`,
      apiKey: isConfigured ? undefined : { key: key ?? "", file: keyFile },
      approver: await openApprover(config),
      command: startCommand(request, place, config, contract),
      warnings,
    },
    request.isJson,
    terminal,
  );
  return 0;
}

/** What Claude Code reads there, the files that count most first. Those that it cannot read either count for nothing. */
async function readSettings(
  { settings, folder, flags }: Place,
  { machine, environment }: CommandContext,
): Promise<readonly FoundSettings[]> {
  const isOfProject = flags.length === 0;
  const project = join(isOfProject ? folder : machine.currentDir, ".claude");
  const [user = ""] = claudePaths({ ...environment, HOME: environment["HOME"] ?? machine.homeDir });
  const paths = [
    settings,
    ...[project, user].flatMap((at) => [join(at, "settings.local.json"), join(at, "settings.json")]),
  ];
  return Promise.all(
    Array.from(new Set(paths), async (path) => ({
      path,
      settings: await readJsonFile(path).catch((): JsonFile => ({})),
    })),
  );
}

const OPEN_TO_GIT = "holds a secret, and git does not ignore it. Name it in .gitignore or .git/info/exclude.";

/** Makes the approver key where none is configured. Only now is it known: the server that Claude Code starts shows it to nobody. */
async function openApprover({ auth, dataDir }: Config): Promise<Installation["approver"]> {
  if (auth.approverKeys.length > 0) return undefined;
  const { key, file } = await openKeyFile(dataDir, "approver-key");
  return { file, ...(key !== undefined && { key }) };
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
