import { signalProcess } from "../../lib/signal-process.ts";
import { delay } from "../../lib/time.ts";
import type { RunListBody } from "../../protocols/admin/format-run.ts";
import type { StatusBody } from "../../protocols/admin/format-status.ts";
import type { StopBody } from "../../protocols/admin/parse-stop-request.ts";
import type { CommandContext } from "../command-context.ts";
import { findLockHolder, lockOf } from "../lock-data-folder.ts";
import type { GivenFlags } from "../setting-options.ts";
import { ControlError, NoAnswerError } from "./control-client.ts";
import { findServer, type FoundServer } from "./find-server.ts";
import { tellDuration } from "./tell-duration.ts";
import { describeRun } from "./format-runs.ts";
import { holdsFile } from "./holds-file.ts";
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
  const { dataDir } = resolveSettings(given, context);
  const { terminal } = context;
  const found = await findServer(dataDir);
  if (found.type === "none") {
    if (options.isJson) printJson({ stopped: false, pid: null }, terminal);
    else terminal.print(describeAbsence(found, dataDir));
    return 0;
  }
  const processId = found.type === "running" ? found.status.pid : found.processId;
  const patienceMs = found.type === "running" ? found.status.drain_ms + GRACE_MS : GRACE_MS;
  const isAsked =
    found.type === "running"
      ? await askToStop(found, { now: options.isNow }, context)
      : await endProcess(found, dataDir, options.isNow, context);
  if (!isAsked) return 1;
  const hasEnded = await untilFree(dataDir, options.isNow ? GRACE_MS : patienceMs, context);
  if (!hasEnded) {
    const hint = options.isNow
      ? "Look at its log: turnpike logs."
      : "End it at once with turnpike stop --now.";
    terminal.printError(`Process ${processId ?? "?"} has not ended yet. ${hint}`);
    return 1;
  }
  if (options.isJson) printJson({ stopped: true, pid: processId ?? null }, terminal);
  else terminal.print(`Turnpike${processId === undefined ? "" : ` (process ${processId})`} has stopped.`);
  return 0;
}

/** Tells the server to end, and the person what it waits for. False when it did not take it. */
export async function askToStop(
  { client, status }: Extract<FoundServer, { type: "running" }>,
  body: StopBody,
  { terminal, clock }: Pick<CommandContext, "terminal" | "clock">,
): Promise<boolean> {
  try {
    await client.post<StatusBody>("/admin/api/stop", body);
    if (body.now) return true;
    const { data } = await client.get<RunListBody>("/admin/api/runs");
    const live = data.filter(({ state }) => state === "running" || state === "waiting");
    if (live.length === 0) return true;
    const turns = live.length === 1 ? "1 running turn" : `${live.length} running turns`;
    terminal.printError(
      `Process ${status.pid} finishes ${turns} first, for at most ${tellDuration(status.drain_ms)}:`,
      ...live.map((run) => `  ${describeRun(run, clock())}`),
    );
    return true;
  } catch (error) {
    // It has ended in the meantime.
    if (error instanceof NoAnswerError) return !error.isSilent;
    if (!(error instanceof ControlError)) throw error;
    terminal.printError(error.message);
    return false;
  }
}

/** For a server that does not answer. Never ends a process that is not certainly the server's. */
async function endProcess(
  { processId }: Extract<FoundServer, { type: "silent" }>,
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
