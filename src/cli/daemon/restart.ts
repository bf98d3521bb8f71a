import { signalProcess } from "../../lib/signal-process.ts";
import { styled } from "../../lib/styled-line.ts";
import type { Config } from "../../config/config.ts";
import { ConfigError } from "../../config/config-error.ts";
import { type ResolvedConfig, resolveConfig } from "../../config/resolve-config.ts";
import { prepareDataFolder } from "../../config/data-folder/prepare-data-folder.ts";
import type { CommandContext } from "../command-context.ts";
import { readProcessId } from "../lock-data-folder.ts";
import type { GivenFlags } from "../setting-options.ts";
import { askServer, findServer, type FoundServer } from "./find-server.ts";
import { findUnapplied } from "./find-unapplied.ts";
import { formatReady, formatRows } from "./format-status-lines.ts";
import { ownCommand } from "../own-command.ts";
import { printJson } from "../print-json.ts";
import { recallStart } from "./remembered-start.ts";
import { outputFile, readLastLines, sizeOf } from "./server-log.ts";
import { sayFailed, startWith } from "./start.ts";
import { describeAbsence } from "./status.ts";
import { askToStop, hasJustEnded, type StopOptions } from "./stop.ts";
import type { ToldStatus } from "../../protocols/admin/told-status.ts";
import { type AwaitedServer, waitForServer } from "./wait-for-server.ts";

/**
 * `turnpike restart`: the server ends in order, and another one with the same command line takes its place; when none runs, the
 * last one is started again. Resolves with the exit code.
 * @throws ConfigError when the settings cannot be used
 */
export async function restart(
  given: GivenFlags,
  options: StopOptions,
  context: CommandContext,
): Promise<number> {
  const { environment, machine, engines } = context;
  const resolved = resolveConfig({ ...given, environment, machine, engines });
  const { config } = resolved;
  const found = await findServer(config.dataDir);
  switch (found.type) {
    case "running":
      return restartRunning(found, resolved, options, context);
    case "none":
      return startAgain(config, options, context);
    case "silent":
      return saySilent(found, config, context);
  }
}

async function restartRunning(
  found: Extract<FoundServer, { type: "running" }>,
  resolved: ResolvedConfig,
  { isNow, isJson }: StopOptions,
  context: CommandContext,
): Promise<number> {
  const { terminal } = context;
  const { config } = resolved;
  const { dataDir } = config;
  const file = outputFile(dataDir);
  const from = sizeOf(file);
  const before = found.status;
  const reply = await askToStop(found, { now: isNow, restart: true }, context);
  if (reply === "refused") return 1;
  if (reply === "silent") {
    return (await hasJustEnded(dataDir, context))
      ? startAgain(config, { isNow, isJson }, context)
      : saySilent({ type: "silent", processId: before.pid }, config, context);
  }
  const isIt = ({ pid, started_at: startedAt }: ToldStatus) =>
    pid !== before.pid || startedAt !== before.started_at;
  const stateOf = watchSuccessor(dataDir, before, context);
  const outcome = await waitForServer({ dataDir, isIt, stateOf }, context);
  // The new server may have begun a new file.
  const lastLines = () => readLastLines(file, 20, sizeOf(file) < from ? 0 : from).lines;
  if (outcome.type === "ended" && readProcessId(dataDir) === before.pid && signalProcess(before.pid, 0)) {
    const end = ownCommand("stop --now", config, context);
    terminal.printError(`Process ${before.pid} has not ended yet. End it at once with ${end}.`);
    return 1;
  }
  if (outcome.type !== "running") return sayFailed({ lastLines }, outcome, config, context);
  const { status } = outcome;
  if (isJson) printJson(status, terminal);
  else terminal.print("Turnpike has been restarted.", "", ...formatRows(status), "", formatReady(status));
  await sayKept(resolved, context);
  return 0;
}

/** Who gives a restart other variables may expect them to count. */
async function sayKept(resolved: ResolvedConfig, context: CommandContext): Promise<void> {
  const { config } = resolved;
  const server = await askServer(config.dataDir);
  if (!server) return;
  const { given } = await findUnapplied(resolved, server);
  if (given.length === 0) return;
  const [end, again] = ["stop", "start"].map((asked) => ownCommand(asked, config, context));
  context.terminal.printError(
    [
      styled(["bold", "yellow"], "Warning:"),
      ` ${given.join(", ")} changed nothing: a restart keeps the command line and the environment that the server had.`,
    ],
    `To apply what is given here, end it with ${end} and start it with ${again}.`,
  );
}

function saySilent(
  found: Extract<FoundServer, { type: "silent" }>,
  config: Config,
  context: CommandContext,
): number {
  const end = ownCommand("stop --now", config, context);
  context.terminal.printError(`${describeAbsence(found, config.dataDir)} End it with ${end}.`);
  return 1;
}

/** Beyond the time for running turns: for one process to end and the other to begin. */
const GRACE_MS = 30_000;

/** How the server is that is to take the other's place. */
function watchSuccessor(
  dataDir: string,
  { pid: before, drain_ms: drainMs }: ToldStatus,
  { clock }: Pick<CommandContext, "clock">,
): AwaitedServer["stateOf"] {
  const askedAt = clock();
  // The old server writes it down, or the new one once it has the data folder.
  let successor: number | undefined;
  return () => {
    const processId = readProcessId(dataDir);
    if (processId !== before) successor = processId ?? successor;
    if (successor !== undefined) return signalProcess(successor, 0) ? "alive" : "ended";
    return clock() - askedAt > drainMs + GRACE_MS ? "ended" : "to-come";
  };
}

async function startAgain(config: Config, { isJson }: StopOptions, context: CommandContext): Promise<number> {
  const { dataDir } = config;
  const remembered = recallStart(dataDir);
  if (!remembered)
    throw new ConfigError([
      `No Turnpike has run with the data folder ${dataDir}. Start one with ${ownCommand("start", config, context)}.`,
    ]);
  const { args, leftOut, folder } = remembered;
  if (leftOut.length > 0) {
    throw new ConfigError([
      `The last server was started with ${leftOut.join(", ")}, which no file keeps. Start it with ${ownCommand("start", config, context)} and its settings.`,
    ]);
  }
  await prepareDataFolder(dataDir);
  return startWith(config, args, context, { isJson, folder });
}
