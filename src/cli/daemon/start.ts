import { once } from "node:events";

import type { Config } from "../../config/config.ts";
import { prepareDataFolder } from "../../config/data-folder/prepare-data-folder.ts";
import { type ResolvedConfig, resolveConfig } from "../../config/resolve-config.ts";
import { SILENT_LOGGER } from "../../core/ports/logger.ts";
import { styled } from "../../lib/styled-line.ts";
import { urlOfLink } from "../../protocols/admin/format-user.ts";
import { formatKeyRows } from "../banner.ts";
import type { CommandContext } from "../command-context.ts";
import { findLockHolder } from "../lock-data-folder.ts";
import { ownCommand } from "../own-command.ts";
import { proseColumns } from "../prose-columns.ts";
import { requireLastingFile } from "../require-lasting-file.ts";
import type { KeyNotices } from "../running-server.ts";
import type { GivenFlags } from "../setting-options.ts";
import { UnshownKeys } from "../unshown-keys.ts";
import { type StopSignals, watchStopSignals } from "../watch-stop-signals.ts";
import { findServer, type FoundServer } from "./find-server.ts";
import { findUnapplied } from "./find-unapplied.ts";
import { describeOtherRelease } from "./other-release.ts";
import { recallStart } from "./remembered-start.ts";
import { formatReady, formatRows } from "./format-status-lines.ts";
import { printJson } from "../print-json.ts";
import { formatFirstLink } from "../users/format-users.ts";
import { outputFile } from "./server-log.ts";
import { type SpawnedServer, spawnServer } from "./spawn-server.ts";
import type { ToldStatus } from "../../protocols/admin/told-status.ts";
import { type ServerStart, waitForServer } from "./wait-for-server.ts";

export interface BackgroundStart {
  readonly isJson: boolean;
}

/**
 * `turnpike start`: a server in the background. Resolves with the exit code once it answers: 0 when it runs, also if it did
 * before; 1 when it could not start.
 * @throws ConfigError when the settings cannot be used
 */
export async function start(
  given: GivenFlags,
  { isJson }: BackgroundStart,
  context: CommandContext,
): Promise<number> {
  const { terminal, environment, machine, engines, launch } = context;
  const resolved = resolveConfig({ ...given, environment, machine, engines });
  const { config, warnings } = resolved;
  requireLastingFile(resolved.configFile, "a server in the background");
  for (const warning of warnings)
    terminal.printError([styled(["bold", "yellow"], "Warning:"), ` ${warning}`]);
  await prepareDataFolder(config.dataDir);
  const args = launch.args.slice(1).filter((arg) => arg !== "--json");
  const other = await findOther(config, context);
  if (other?.type === "silent") return sayBusy(config, other.processId, context);
  if (other) return sayRunning(other, resolved, { given, isJson }, context);
  using stop = watchStopSignals(context.events);
  using unshown = new UnshownKeys(context);
  // Here, and not in the background: keys are shown once, to a person, and must not get into a log.
  const { openAuthentication } = await import("../../compose/open-authentication.ts");
  const keys = await openAuthentication(config, SILENT_LOGGER);
  unshown.hold(keys);
  const firstLink = terminal.isTerminal ? await makeFirstLink(config, context) : undefined;
  if (stop.exitCode !== undefined) return stop.exitCode;
  return await startWith(config, args, context, {
    isJson,
    keys,
    unshown,
    stop,
    // Several may be asked to start at once: one of them gets the folder.
    sayOther: async () => {
      const first = await findOther(config, context);
      return first?.type === "running" ? sayRunning(first, resolved, { given, isJson }, context) : undefined;
    },
    ...(firstLink && { firstLink }),
  });
}

type OtherServer = Exclude<FoundServer, { type: "none" }>;

/** The server that has the data folder. One that does not answer yet may just be starting: it is waited for. */
async function findOther(config: Config, context: CommandContext): Promise<OtherServer | undefined> {
  const { dataDir } = config;
  const found = await findServer(dataDir);
  if (found.type !== "silent") return found.type === "running" ? found : undefined;
  const stateOf = () => (findLockHolder(dataDir).type === "held" ? "alive" : "ended");
  await waitForServer({ dataDir, isIt: () => true, stateOf }, context);
  const later = await findServer(dataDir);
  return later.type === "none" ? undefined : later;
}

/** What was asked for is there, if perhaps not as it was asked for. */
async function sayRunning(
  server: Extract<OtherServer, { type: "running" }>,
  resolved: ResolvedConfig,
  { given, isJson }: BackgroundStart & { readonly given: GivenFlags },
  context: CommandContext,
): Promise<number> {
  const { terminal } = context;
  const { config } = resolved;
  if (isJson) printJson(server.status, terminal);
  else terminal.print("Turnpike is running already.", "", ...formatRows(server.status));
  const other = describeOtherRelease(server.status, config, context);
  if (other !== undefined) terminal.printError(other);
  const { given: settings, worksIn } = await findUnapplied(resolved, server);
  const unapplied = [
    ...(isOtherFile(given, config) ? ["--config"] : []),
    ...settings,
    ...(worksIn === undefined ? [] : [`the current folder (it works in ${worksIn})`]),
  ];
  if (unapplied.length > 0) {
    const [end, again] = [ownCommand("stop", config, context), ownCommand("start", config, context)];
    terminal.printError(
      [
        styled(["bold", "yellow"], "Warning:"),
        ` ${unapplied.join(", ")} changed nothing: it runs with the settings that it was started with.`,
      ],
      `To apply what is given here, end it with ${end} and start it again with ${again} and the same flags. For a second server give --data-dir a folder of its own, too.`,
    );
  }
  return 0;
}

function isOtherFile({ configFile }: GivenFlags, { dataDir }: Config): boolean {
  if (configFile === undefined) return false;
  const { args = [] } = recallStart(dataDir) ?? {};
  const at = args.indexOf("--config");
  return !args.includes(`--config=${configFile}`) && (at < 0 || args[at + 1] !== configFile);
}

/** Starts a server with these arguments of `serve` and says how that went. */
export async function startWith(
  config: Config,
  args: readonly string[],
  context: CommandContext,
  options: {
    readonly isJson: boolean;
    /** The token of a link that makes the first administrator, to be shown. */
    readonly firstLink?: string;
    /** To be shown, when there are new ones. */
    readonly keys?: KeyNotices;
    readonly unshown?: UnshownKeys;
    /** What lets the person stop waiting: the server goes on. */
    readonly stop?: StopSignals;
    /** The folder that relative paths start from, when not the current one. */
    readonly folder?: string;
    /** Says that another server has the folder, and resolves with the exit code; undefined when none has. */
    readonly sayOther?: () => Promise<number | undefined>;
  },
): Promise<number> {
  const { terminal } = context;
  const { dataDir } = config;
  const { keys, stop } = options;
  const columns = proseColumns(terminal);
  const keyRows = keys ? formatKeyRows({ ...keys, asksHere: false, columns }) : [];
  const server = await spawnServer(args, dataDir, context, options.folder);
  const { processId, hasEnded } = server;
  const isIt = ({ pid }: ToldStatus) => pid === processId;
  const stateOf = () => (hasEnded() ? "ended" : "alive");
  const outcome = await Promise.race([
    waitForServer({ dataDir, isIt, stateOf }, context),
    ...(stop ? [untilStopped(stop)] : []),
  ]);
  if (outcome.type === "left") {
    const [look, end] = ["status", "stop"].map((asked) => ownCommand(asked, config, context));
    terminal.printError(
      `The server goes on starting in the background. ${look} tells how it is, ${end} ends it.`,
    );
    return outcome.exitCode;
  }
  if (outcome.type !== "running") {
    const exitCode = outcome.type === "ended" ? await options.sayOther?.() : undefined;
    return exitCode ?? sayFailed(server, outcome, config, context);
  }
  const { status } = outcome;
  const link =
    options.firstLink === undefined ? [] : formatFirstLink(urlOfLink(options.firstLink, status.url));
  if (options.isJson) {
    printJson(status, terminal);
    if (link.length > 0) terminal.printError(...link);
    return 0;
  }
  terminal.print(
    [
      styled("bold", `Turnpike ${status.version}`),
      " is ",
      styled(["bold", "green"], "running"),
      " in the background.",
    ],
    "",
    ...formatRows(status, keyRows),
    "",
    formatReady(status),
    styled("dim", `${ownCommand("status", config, context)} · also logs -f, runs, restart, stop`),
  );
  options.unshown?.markShown();
  // By the way that no file stands in for.
  if (link.length > 0) terminal.printError("", ...link);
  return 0;
}

async function untilStopped(
  stop: StopSignals,
): Promise<{ readonly type: "left"; readonly exitCode: number }> {
  if (!stop.signal.aborted) await once(stop.signal, "abort");
  return { type: "left", exitCode: stop.exitCode ?? 1 };
}

/** A server in the background has no terminal to show it on. A database that cannot be opened is told of by the server. */
async function makeFirstLink(config: Config, { clock }: CommandContext): Promise<string | undefined> {
  const { openUserSource } = await import("../../compose/open-user-source.ts");
  try {
    const source = await openUserSource(config, clock);
    try {
      return (await source.users.linkForFirst())?.token;
    } finally {
      await source.close();
    }
  } catch {
    return undefined;
  }
}

function sayBusy(config: Config, processId: number | undefined, context: CommandContext): number {
  const who = processId === undefined ? "Another Turnpike" : `Another Turnpike (process ${processId})`;
  const [look, end] = ["status", "stop --now"].map((asked) => ownCommand(asked, config, context));
  context.terminal.printError(
    `${who} has the data folder ${config.dataDir} but does not answer: it starts, it stops, or it hangs. Look again with ${look}, or end it with ${end}.`,
  );
  return 1;
}

export function sayFailed(
  { lastLines }: Pick<SpawnedServer, "lastLines">,
  { type }: Exclude<ServerStart, { type: "running" }>,
  config: Config,
  context: CommandContext,
): number {
  const lines = lastLines();
  const [logs, end] = ["logs", "stop --now"].map((asked) => ownCommand(asked, config, context));
  const where = outputFile(config.dataDir);
  const what =
    type === "silent"
      ? `The server runs but does not answer this program: ${logs} may say why, ${end} ends it.`
      : "The server could not start.";
  context.terminal.printError(
    `${what} ` + (lines.length > 0 ? `The last lines of ${where}:` : `It has left no word in ${where}.`),
    ...lines.map((line) => `  ${line}`),
  );
  return 1;
}
