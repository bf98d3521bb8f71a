import { execFile } from "node:child_process";
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

import type { Config } from "../../../config/config.ts";
import { ConfigError } from "../../../config/config-error.ts";
import { prepareDataFolder } from "../../../config/data-folder/prepare-data-folder.ts";
import { SETTINGS } from "../../../config/schema/config-schema.ts";
import { defaultDataDir } from "../../../config/sources/default-data-dir.ts";
import { SILENT_LOGGER } from "../../../core/ports/logger.ts";
import { sha256 } from "../../../lib/sha256.ts";
import { LONGEST_TIMER_MS } from "../../../lib/time.ts";
import { styled } from "../../../lib/styled-line.ts";
import { formatKeyRows } from "../../banner.ts";
import type { CommandContext } from "../../command-context.ts";
import { ownCommand } from "../../own-command.ts";
import { printJson } from "../../print-json.ts";
import { requireLastingFile } from "../../require-lasting-file.ts";
import { type ApiKeyNotice, areNewKeys, type KeyNotices } from "../../running-server.ts";
import type { GivenFlags } from "../../setting-options.ts";
import { withoutSecrets } from "../remembered-start.ts";
import { resolveSettings } from "../resolve-settings.ts";
import { outputFile } from "../server-log.ts";
import { formatLaunchdPlist } from "./format-launchd-plist.ts";
import { formatSystemdUnit } from "./format-systemd-unit.ts";
import type { ServiceDefinition } from "./service-definition.ts";
import { SERVICE_LABEL } from "./service-label.ts";
import { ensureFolderSync } from "../../../lib/ensure-folder.ts";
import { codeOf } from "../../../lib/error-code.ts";

/** One of the programs that run services for a user. */
interface Supervisor {
  readonly file: string;
  readonly content: (service: ServiceDefinition) => string;
  /** Commands that end a service of an earlier installation, if there is one. */
  readonly clear: readonly (readonly string[])[];
  /** Commands that make it run the service as the file says, now and from each login on; and that end this. */
  readonly begin: readonly (readonly string[])[];
  readonly end: readonly (readonly string[])[];
}

/**
 * `turnpike service install`: has systemd or launchd run the server whenever this user is logged in. Resolves with the exit code.
 * @throws ConfigError when the settings cannot be used, or the system has neither
 */
export async function installService(
  given: GivenFlags,
  isJson: boolean,
  context: CommandContext,
): Promise<number> {
  const { terminal, launch } = context;
  const config = resolveSettings(given, context);
  requireLastingFile(config.configFile, "a service");
  const supervisor = findSupervisor(config, context);
  const { args, leftOut } = withoutSecrets(launch.args.slice(2).filter((arg) => arg !== "--json"));
  if (leftOut.length > 0) {
    throw new ConfigError([
      `${leftOut.join(", ")} would stand in a file in plain text. Put it into config.yaml in the data folder instead.`,
    ]);
  }
  await prepareDataFolder(config.dataDir);
  const service = describeService(args, config, context);
  writeServiceFile(supervisor.file, supervisor.content(service));
  if (!isJson) {
    const lines = supervisor.content(service).trimEnd().split("\n");
    terminal.print(`Written: ${supervisor.file}`, "", ...lines.map((line) => styled("dim", `  ${line}`)), "");
  }
  const keys = await openNewKeys(config);
  if (!isJson && keys) {
    const columns = Number.POSITIVE_INFINITY;
    terminal.print(...formatKeyRows({ ...keys, asksHere: false, columns }), "");
  }
  const warnings = secretsOf(context).map(
    (name) =>
      `The service does not get ${name} of this shell: keys do not belong into that file. ${whereKeysGo(config, context)}`,
  );
  terminal.printError(...warnings);
  await runAll(supervisor.clear, config, context);
  const failed = await runAll(supervisor.begin, config, context);
  if (isJson) {
    printJson(
      {
        object: "service",
        file: supervisor.file,
        is_running: failed === undefined,
        problem: failed ?? null,
        commands: supervisor.begin,
        api_key: newKey(keys?.apiKeyNotice),
        approver_key: newKey(keys?.approverKeyNotice),
        warnings,
      },
      terminal,
    );
  } else if (failed) {
    terminal.print(
      `${failed} To start it by hand:`,
      ...supervisor.begin.map((words) => `  ${words.join(" ")}`),
    );
  } else
    terminal.print(`It is running, and starts with each login: ${ownCommand("status", config, context)}.`);
  return 0;
}

/** @throws ConfigError when it cannot be written */
function writeServiceFile(file: string, content: string): void {
  try {
    ensureFolderSync(dirname(file));
    writeFileSync(file, content);
  } catch (error) {
    const code = codeOf(error) ?? "unknown error";
    throw new ConfigError(
      [`${file} cannot be written (${code}). Make ${dirname(file)} a folder that you may write.`],
      {
        cause: error,
      },
    );
  }
}

/** `turnpike service uninstall`: ends it and takes the file away. */
export async function uninstallService(
  given: GivenFlags,
  isJson: boolean,
  context: CommandContext,
): Promise<number> {
  const { terminal } = context;
  const config = resolveSettings(given, context);
  const supervisor = findSupervisor(config, context);
  const { file } = supervisor;
  if (!existsSync(file)) {
    if (isJson) printJson({ object: "service", file, is_removed: false, problem: null }, terminal);
    else terminal.print(`There is no service: ${file} does not exist.`);
    return 0;
  }
  const failed = await runAll(supervisor.end, config, context);
  rmSync(file);
  if (isJson) {
    printJson({ object: "service", file, is_removed: true, problem: failed ?? null }, terminal);
    return 0;
  }
  terminal.print(`Removed: ${file}`);
  if (failed) terminal.print(`${failed} If the server still runs: ${ownCommand("stop", config, context)}.`);
  return 0;
}

/** The keys, when there are new ones: they are shown now, to a person, for the service would write them into its log. */
async function openNewKeys(config: Config): Promise<KeyNotices | undefined> {
  const { openAuthentication } = await import("../../../compose/open-authentication.ts");
  const { apiKeyNotice, approverKeyNotice } = await openAuthentication(config, SILENT_LOGGER);
  return areNewKeys({ apiKeyNotice, approverKeyNotice }) ? { apiKeyNotice, approverKeyNotice } : undefined;
}

function newKey(notice: ApiKeyNotice | undefined): string | null {
  return notice?.type === "created" ? notice.key : null;
}

function findSupervisor(config: Config, { machine, environment }: CommandContext): Supervisor {
  const isStandard = config.dataDir === defaultDataDir(machine, environment);
  // Each data folder has a server of its own.
  const suffix = isStandard ? "" : `-${sha256(config.dataDir).slice(0, 8)}`;
  switch (machine.platform) {
    case "linux": {
      const name = `turnpike${suffix}.service`;
      const folder = environment["XDG_CONFIG_HOME"] || join(machine.homeDir, ".config");
      const systemctl = ["systemctl", "--user"];
      return {
        file: join(folder, "systemd", "user", name),
        content: formatSystemdUnit,
        clear: [],
        begin: [
          [...systemctl, "daemon-reload"],
          [...systemctl, "enable", name],
          // One that runs goes on with its old settings until then.
          [...systemctl, "restart", name],
        ],
        end: [[...systemctl, "disable", "--now", name]],
      };
    }
    case "darwin": {
      const label = `${SERVICE_LABEL}${suffix}`;
      const file = join(machine.homeDir, "Library", "LaunchAgents", `${label}.plist`);
      const domain = `gui/${machine.userId ?? 0}`;
      return {
        file,
        content: (service) => formatLaunchdPlist(label, service),
        // It refuses to take a job twice.
        clear: [["launchctl", "bootout", `${domain}/${label}`]],
        begin: [["launchctl", "bootstrap", domain, file]],
        end: [["launchctl", "bootout", `${domain}/${label}`]],
      };
    }
    default:
      throw new ConfigError([
        "Services are for systemd (Linux) and launchd (macOS). Elsewhere the command start runs the server in the background.",
      ]);
  }
}

/** Beyond the time for running turns. */
const STOP_GRACE_SECONDS = 15;

function describeService(
  args: readonly string[],
  config: Config,
  { launch, machine, environment }: CommandContext,
): ServiceDefinition {
  const names = SETTINGS.filter(({ isSecret }) => !isSecret).flatMap(
    ({ environmentNames }) => environmentNames,
  );
  const passed = ["PATH", "CLAUDE_CONFIG_DIR", "TURNPIKE_CONFIG", ...names];
  const given = passed.flatMap((name): [string, string][] => {
    const value = environment[name];
    return value ? [[name, value]] : [];
  });
  return {
    command: [...launch.command, "serve", ...args],
    folder: machine.currentDir,
    environment: Object.fromEntries(given),
    outputFile: outputFile(config.dataDir),
    environmentFile: join(config.dataDir, "environment"),
    stopSeconds: Math.ceil(config.server.drainMs / 1000) + STOP_GRACE_SECONDS,
  };
}

/** Variables of this shell that the server would use and that hold secrets. */
function secretsOf({ environment }: CommandContext): readonly string[] {
  const ours = SETTINGS.filter(({ isSecret }) => isSecret).flatMap(
    ({ environmentNames }) => environmentNames,
  );
  return ["ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "CLAUDE_CODE_OAUTH_TOKEN", ...ours].filter(
    (name) => environment[name],
  );
}

function whereKeysGo({ dataDir }: Config, { machine }: CommandContext): string {
  return machine.platform === "linux"
    ? `Put a line NAME=value into ${join(dataDir, "environment")} (mode 0600).`
    : "Log in with claude, or put the setting into config.yaml in the data folder.";
}

/** Beyond the time for running turns, which the server that ends may take. */
const PATIENCE_MS = 60_000;

/** Undefined when all went well; else why not. */
async function runAll(
  commands: readonly (readonly string[])[],
  { server }: Config,
  { environment }: CommandContext,
): Promise<string | undefined> {
  const timeout = Math.min(server.drainMs + PATIENCE_MS, LONGEST_TIMER_MS);
  for (const [program = "", ...args] of commands) {
    try {
      await promisify(execFile)(program, args, { env: environment, timeout });
    } catch (error) {
      const told = error instanceof Error && "stderr" in error ? String(error.stderr).trim() : "";
      const [reason = ""] = (told || (error instanceof Error ? error.message : String(error))).split("\n");
      return `${program} could not be asked (${reason}).`;
    }
  }
  return undefined;
}
