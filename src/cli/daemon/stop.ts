import { signalProcess } from "../../lib/signal-process.ts";
import { delay } from "../../lib/time.ts";
import type { RunListBody } from "../../protocols/admin/format-run.ts";
import type { StopBody } from "../../protocols/admin/parse-stop-request.ts";
import type { CommandContext } from "../command-context.ts";
import { findLockHolder, lockOf } from "../lock-data-folder.ts";
import type { GivenFlags } from "../setting-options.ts";
import { ControlError, NoAnswerError } from "./control-client.ts";
import { findServer, type FoundServer } from "./find-server.ts";
import { tellDuration } from "./tell-duration.ts";
import { describeRun } from "./format-runs.ts";
import { holdsFile } from "./holds-file.ts";
import { ownCommand } from "../own-command.ts";
import { printJson } from "../print-json.ts";
import { resolveSettings } from "./resolve-settings.ts";
import { describeAbsence } from "./status.ts";

export interface StopOptions {
  /** Running turns are cancelled at once. */
  readonly isNow: boolean;
  readonly isJson: boolean;
}

/** Beyond the time for running turns: for Claude Code's processes to end. */
const GRACE_MS = 15_000;
/** For one that ended while it was asked: its last moments. */
const LAST_MOMENTS_MS = 1_000;
const POLL_MS = 100;

/**
 * `turnpike stop`: ends the server of the data folder and waits until it has ended. Resolves with the exit code: 0 when none
 * runs any more.
 * @throws ConfigError when the settings cannot be used
 */
export async function stop(
  given: GivenFlags,
  options: StopOptions,
  context: CommandContext,
): Promise<number> {
  const config = resolveSettings(given, context);
  const { dataDir } = config;
  const { terminal } = context;
  const found = await findServer(dataDir);
  if (found.type === "none") {
    if (options.isJson) printJson({ stopped: false, pid: null }, terminal);
    else terminal.print(describeAbsence(found, dataDir));
    return 0;
  }
  const processId = found.type === "running" ? found.status.pid : found.processId;
  const patienceMs = found.type === "running" ? found.status.drain_ms + GRACE_MS : GRACE_MS;
  const reply = found.type === "running" ? await askToStop(found, { now: options.isNow }, context) : "silent";
  if (reply === "refused") return 1;
  if (reply === "silent" && !(await hasJustEnded(dataDir, context))) {
    if (!(await endProcess(processId, dataDir, options.isNow, context))) return 1;
  }
  const hasEnded = await untilFree(dataDir, options.isNow ? GRACE_MS : patienceMs, context);
  if (!hasEnded) {
    const hint = options.isNow
      ? `Look at its log: ${ownCommand("logs", config, context)}.`
      : `End it at once with ${ownCommand("stop --now", config, context)}.`;
    terminal.printError(`Process ${processId ?? "?"} has not ended yet. ${hint}`);
    return 1;
  }
  if (options.isJson) printJson({ stopped: true, pid: processId ?? null }, terminal);
  else terminal.print(`Turnpike${processId === undefined ? "" : ` (process ${processId})`} has stopped.`);
  return 0;
}

/** `silent`: it has taken the connection, but said nothing. */
export type StopReply = "accepted" | "refused" | "silent";

/** Tells the server to end, and the person what it waits for, or why it refuses. */
export async function askToStop(
  found: Extract<FoundServer, { type: "running" }>,
  body: StopBody,
  context: Pick<CommandContext, "terminal" | "clock">,
): Promise<StopReply> {
  try {
    await found.client.post<unknown>("/admin/api/stop", body);
  } catch (error) {
    // One that has ended in the meantime needs no more.
    if (error instanceof NoAnswerError) return error.isSilent ? "silent" : "accepted";
    if (!(error instanceof ControlError)) throw error;
    context.terminal.printError(error.message);
    return "refused";
  }
  if (!body.now) await tellRunning(found, context);
  return "accepted";
}

/** What a server that is to end finishes first. It may be gone before it can tell. */
async function tellRunning(
  { client, status }: Extract<FoundServer, { type: "running" }>,
  { terminal, clock }: Pick<CommandContext, "terminal" | "clock">,
): Promise<void> {
  let live: RunListBody["data"];
  let lines: readonly string[];
  try {
    const { data } = await client.get<RunListBody>("/admin/api/runs");
    live = data.filter(({ state }) => state === "running" || state === "waiting");
    lines = live.map((run) => `  ${describeRun(run, clock())}`);
  } catch (error) {
    // The end does not hang on it: a server of another release may tell it otherwise.
    if (error instanceof NoAnswerError || error instanceof ControlError || error instanceof TypeError) return;
    throw error;
  }
  if (live.length === 0) return;
  const turns = live.length === 1 ? "1 running turn" : `${live.length} running turns`;
  terminal.printError(
    `Process ${status.pid} finishes ${turns} first, for at most ${tellDuration(status.drain_ms)}:`,
    ...lines,
  );
}

/** For a server that does not answer. Never ends a process that is not certainly the server's. */
async function endProcess(
  processId: number | undefined,
  dataDir: string,
  isNow: boolean,
  { terminal }: CommandContext,
): Promise<boolean> {
  const found = { type: "silent" as const, ...(processId !== undefined && { processId }) };
  if (processId === undefined || !(await holdsFile(processId, lockOf(dataDir)))) {
    terminal.printError(
      `${describeAbsence(found, dataDir)} Which process that is cannot be told for certain, so none is ended.`,
    );
    return false;
  }
  terminal.printError(describeAbsence(found, dataDir));
  signalProcess(processId, isNow ? "SIGKILL" : "SIGTERM");
  return true;
}

/** Whether a server that said nothing did so because it was ending. */
export function hasJustEnded(
  dataDir: string,
  context: Pick<CommandContext, "terminal" | "clock">,
): Promise<boolean> {
  return untilFree(dataDir, LAST_MOMENTS_MS, context);
}

/** Whether the data folder is free within this time. */
async function untilFree(
  dataDir: string,
  patienceMs: number,
  { terminal, clock }: Pick<CommandContext, "terminal" | "clock">,
): Promise<boolean> {
  const startedAt = clock();
  while (findLockHolder(dataDir).type === "held") {
    if (clock() - startedAt > patienceMs) return false;
    terminal.showStatus(`Waiting for the server to end (${Math.round((clock() - startedAt) / 1000)} s) …`);
    await delay(POLL_MS);
  }
  return true;
}
