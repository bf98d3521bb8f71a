import type { Config } from "../config/config.ts";
import { ConfigError } from "../config/config-error.ts";
import { PACKAGE_VERSION } from "../config/package-version.ts";
import { prepareDataFolder } from "../config/data-folder/prepare-data-folder.ts";
import { type ResolvedConfig, resolveConfig } from "../config/resolve-config.ts";
import type { UntrustedFolder } from "../config/trust/find-untrusted.ts";
import type { Logger } from "../core/ports/logger.ts";
import type { StopRequest } from "../protocols/admin/parse-stop-request.ts";
import { isReadOnce } from "../lib/is-read-once.ts";
import { styled } from "../lib/styled-line.ts";
import { delay } from "../lib/time.ts";
import { createLogger } from "../observability/create-logger.ts";
import { promptApprovals } from "./approval-prompt.ts";
import { formatFirstLink } from "./users/format-users.ts";
import { formatBanner, formatReadiness } from "./banner.ts";
import type { CommandContext } from "./command-context.ts";
import { describePortConflict, describeStartupError } from "./describe-startup-error.ts";
import { handOver, serverArguments } from "./daemon/hand-over.ts";
import { rememberStart } from "./daemon/remembered-start.ts";
import { outputFile } from "./daemon/server-log.ts";
import { examineTempFolder } from "./doctor/check-temp-folder.ts";
import { findPortOwner } from "./find-port-owner.ts";
import { lockDataFolder } from "./lock-data-folder.ts";
import type { KeyNotices, RunningServer } from "./running-server.ts";
import type { GivenFlags } from "./setting-options.ts";
import type { Terminal } from "./terminal.ts";
import { askAboutTrust } from "./trust/ask-about-trust.ts";
import { ownCommand } from "./own-command.ts";
import { proseColumns } from "./prose-columns.ts";
import { quoteForShell } from "./quote-for-shell.ts";
import { UnshownKeys } from "./unshown-keys.ts";
import { watchForEnd } from "./watch-for-end.ts";
import type { EndReason, EndWatch } from "./watch-for-end.ts";
import { codeOf } from "../lib/error-code.ts";

/**
 * `turnpike serve`: starts the server, informs the person, and waits for the end. Resolves with the exit code.
 * @throws ConfigError when the settings cannot be used.
 */
export async function serve(given: GivenFlags, context: CommandContext): Promise<number> {
  const { terminal, environment, machine, engines } = context;
  terminal.showStatus("Reading the settings …");
  const resolved = resolveConfig({ ...given, environment, machine, engines });
  const { config, warnings } = resolved;
  for (const warning of [...warnings, ...(await temporaryProblems(context))])
    terminal.printError([styled(["bold", "yellow"], "Warning:"), ` ${warning}`]);
  await prepareDataFolder(config.dataDir);
  const { exitCode, isRestart } = await serveAlone(resolved, context);
  return isRestart ? handOver(config.dataDir, context) : exitCode;
}

interface Served {
  readonly exitCode: number;
  /** Another server is to take the place of this one. */
  readonly isRestart?: true;
}

/** Holds the data folder as long as the server runs. */
async function serveAlone(resolved: ResolvedConfig, context: CommandContext): Promise<Served> {
  const { terminal, machine } = context;
  const { config, configFile } = resolved;
  using _lock = await lockOrExplain(config);
  const isPassing = configFile !== undefined && isReadOnce(configFile);
  rememberStart(config.dataDir, serverArguments(context), machine.currentDir, isPassing ? ["--config"] : []);
  const logger = openLog(config, terminal);
  using watch = watchForEnd(context.events, context.clock, (error) =>
    logger.error("process.uncaught-error", { error }),
  );

  using unshown = new UnshownKeys(context);
  const untrusted = await askAboutTrust(config, context, watch.signal);
  const server = await startOrExplain({ resolved, unshown }, logger, context, watch);
  if (!server) return { exitCode: 1 };
  if (isPassing) server.refuseRestart(whyNoRestart(configFile));
  const ended = new AbortController();
  const signal = AbortSignal.any([watch.signal, ended.signal]);
  const readiness = signal.aborted
    ? Promise.resolve()
    : announce(server, { config, untrusted, unshown }, logger, context, signal);
  const prompting = askAtTerminal(server, logger, context, signal);
  const reason = await Promise.race([
    watch.ended,
    server.stopRequested.then((request) => ({ type: "request" as const, request })),
  ]);
  const isRestart = reason.type === "request" && reason.request.isRestart;
  if (!isRestart) server.refuseRestart();
  ended.abort();
  await Promise.all([readiness, prompting]);
  if (reason.type === "crash") {
    terminal.printError("Turnpike hit an error that it cannot go on after; the log has it. Stopping.");
    await stopWithin(server, CRASH_GRACE_MS, logger);
    return { exitCode: 1 };
  }
  // The terminal has echoed the pressed key.
  if (reason.type === "signal" && terminal.isTerminal) terminal.printError("");
  terminal.printError(describeStop(reason));
  const hasStopped = await stopWithin(server, config.server.drainMs + STOP_GRACE_MS, logger);
  return { exitCode: hasStopped ? 0 : 1, ...(isRestart && { isRestart }) };
}

function whyNoRestart(configFile: string): string {
  return `This server has its settings from ${configFile}, which can be read only once: another one would not find them there. End it, and start it again as it was started.`;
}

/** Without a folder for temporary files Claude Code does not start, and does not say why. */
async function temporaryProblems(context: CommandContext): Promise<readonly string[]> {
  const findings = await examineTempFolder(context);
  return findings.flatMap(({ status, message, remedy = "" }) =>
    status === "fail" ? [`The folder for temporary files: ${message} ${remedy}`] : [],
  );
}

function describeStop(
  reason:
    | Extract<EndReason, { type: "signal" }>
    | { readonly type: "request"; readonly request: StopRequest },
): string {
  if (reason.type === "signal") return `${reason.name}: finishing running turns (again to stop at once).`;
  const { isNow, isRestart } = reason.request;
  const what = isRestart ? "restart in the background" : "stop";
  return `Told to ${what}: ${isNow ? "cancelling" : "finishing"} running turns.`;
}

/** Time beyond the drain time for the processes to end and the store to close. */
const STOP_GRACE_MS = 5000;

/** After a crash, waiting is only worth it for the processes to end. */
const CRASH_GRACE_MS = 3000;

/**
 * A second server with the same settings conflicts twice, over the folder and the port; the person should hear about both at
 * once.
 */
async function lockOrExplain({ dataDir, server }: Config): Promise<Disposable> {
  try {
    return lockDataFolder(dataDir);
  } catch (error) {
    if (!(error instanceof ConfigError) || !(await findPortOwner(server.port))) throw error;
    throw new ConfigError([await describePortConflict(server), ...error.problems], { cause: error });
  }
}

function openLog({ log, auth, dataDir }: Config, terminal: Terminal): Logger {
  const secrets = [...auth.apiKeys, ...auth.approverKeys];
  try {
    return createLogger({ ...log, secrets, terminal, printedTo: outputFile(dataDir) });
  } catch (error) {
    const isPipe = codeOf(error) === "ENXIO";
    const cannot = isPipe
      ? "is a pipe that nobody reads, or a socket"
      : `cannot be written (${error instanceof Error ? error.message : String(error)})`;
    const message = `The log file ${log.file} ${cannot}. Choose another with --log-file.`;
    throw new ConfigError([message], { cause: error });
  }
}

/** Undefined when it could not start; the person has been told why. */
async function startOrExplain(
  { resolved, unshown }: { readonly resolved: ResolvedConfig; readonly unshown: UnshownKeys },
  logger: Logger,
  { startServer, terminal, environment }: CommandContext,
  watch: EndWatch,
): Promise<RunningServer | undefined> {
  const { config } = resolved;
  const crash = watch.ended.then((reason) => {
    // A signal takes effect after the start: only a started server can be stopped properly.
    if (reason.type === "signal") return new Promise<never>(() => {});
    throw reason.error;
  });
  try {
    terminal.showStatus("Loading the server …");
    const listener = {
      onStage: (stage: string) => terminal.showStatus(`${stage} …`),
      onKeys: (keys: KeyNotices) => unshown.hold(keys),
    };
    const starting = startServer(config, logger, environment, listener, undefined, resolved);
    return await Promise.race([starting, crash]);
  } catch (error) {
    logger.debug("server.start-failed", { error });
    for (const line of await describeStartupError(error, config.server)) terminal.printError(line);
    return undefined;
  }
}

/** Prints the banner at once, then waits for Claude Code to report its state. Never rejects. */
async function announce(
  server: RunningServer,
  {
    config,
    untrusted,
    unshown,
  }: {
    readonly config: Config;
    readonly untrusted: readonly UntrustedFolder[];
    readonly unshown: UnshownKeys;
  },
  logger: Logger,
  context: CommandContext,
  signal: AbortSignal,
): Promise<void> {
  const { terminal } = context;
  try {
    terminal.print(
      ...formatBanner({
        version: PACKAGE_VERSION,
        url: server.url,
        hasDashboard: server.hasDashboard,
        workspace: config.workspace,
        untrusted: untrusted.map(({ folder, settings }) => ({
          folder,
          settings,
          command: ownCommand(`trust ${quoteForShell(folder)}`, config, context),
        })),
        models: server.describeModels(),
        apiKeyNotice: server.apiKeyNotice,
        approverKeyNotice: server.approverKeyNotice,
        asksHere: terminal.isInteractive,
        sandbox: server.sandbox,
        isDemo: config.demo,
        columns: proseColumns(terminal),
      }),
    );
    unshown.markShown();
    await inviteFirstAdmin(server, config, context);
    if (server.health().status === "starting")
      terminal.showStatus("Starting Claude Code and looking at its login …");
    while (server.health().status === "starting") await delay(READINESS_POLL_MS, signal);
    terminal.print(formatReadiness(server.health(), config.demo));
  } catch (error) {
    // The server has ended first, or this message failed; the server itself keeps running.
    if (!signal.aborted) logger.error("server.announce-failed", { error });
  }
}

/** The link is a secret: it goes to a terminal only, and by the way that no file stands in for. */
async function inviteFirstAdmin(
  server: RunningServer,
  config: Config,
  context: CommandContext,
): Promise<void> {
  const { terminal } = context;
  if (!server.hasDashboard) return;
  if (terminal.isTerminal) {
    const link = await server.linkFirstAdmin();
    if (link !== undefined) terminal.printError(...formatFirstLink(link), "");
  } else if (!(await server.hasAdmin())) {
    const invite = ownCommand("users invite NAME --role admin", config, context);
    terminal.print(`Nobody signs in to the dashboard yet. Invite somebody: ${invite}`);
  }
}

/** Lets the person at the terminal, if there is one, answer approvals. Never rejects. */
async function askAtTerminal(
  { approvals }: RunningServer,
  logger: Logger,
  { terminal, clock }: CommandContext,
  signal: AbortSignal,
): Promise<void> {
  if (!terminal.isInteractive) return;
  try {
    await promptApprovals({ approvals, terminal, clock }, signal);
  } catch (error) {
    // Approvals can still be answered over the API.
    logger.error("server.approval-prompt-failed", { error });
  }
}

const READINESS_POLL_MS = 50;

/** Returns false when the server failed to stop or did not stop in time. */
async function stopWithin(server: RunningServer, ms: number, logger: Logger): Promise<boolean> {
  const deadline = new AbortController();
  try {
    const tooLate = delay(ms, deadline.signal).then(() => {
      throw new Error(`The server did not stop within ${ms} ms.`);
    });
    await Promise.race([server.stop(), tooLate]);
    return true;
  } catch (error) {
    logger.error("server.stop-failed", { error });
    return false;
  } finally {
    deadline.abort();
  }
}
