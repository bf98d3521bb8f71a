import { ConfigError } from "../../config/config-error.ts";
import { type ResolvedConfig, resolveConfig } from "../../config/resolve-config.ts";
import type { CommandContext } from "../command-context.ts";
import { type Check, fail, type Finding, ok, type Patient, warn } from "./check.ts";
import { checkChannel } from "./check-channel.ts";
import { checkClaude } from "./check-claude.ts";
import { checkDatabase } from "./check-database.ts";
import { checkDataFolder } from "./check-data-folder.ts";
import { checkTempFolder } from "./check-temp-folder.ts";
import { checkFolders } from "./check-folders.ts";
import { checkGit } from "./check-git.ts";
import { checkKeyFiles } from "./check-key-files.ts";
import { checkLogin } from "./check-login.ts";
import { checkLive } from "./check-live.ts";
import { checkLogFile } from "./check-log-file.ts";
import { checkMcpServers } from "./check-mcp-servers.ts";
import { checkNode } from "./check-node.ts";
import { checkPort } from "./check-port.ts";
import { checkSandbox } from "./check-sandbox.ts";
import { DoctorReport } from "./doctor-report.ts";
import type { GivenFlags } from "../setting-options.ts";

/** In the order of the report; the slow ones last. */
const CHECKS = [
  checkNode,
  checkDataFolder,
  checkTempFolder,
  checkLogFile,
  checkKeyFiles,
  checkPort,
  checkFolders,
  checkDatabase,
  checkGit,
  checkSandbox,
  checkChannel,
];
const SLOW_CHECKS = [checkClaude, checkLogin];

export interface DoctorRequest {
  /** Whether the report is one JSON text. */
  readonly isJson: boolean;
  /** Whether to send a model a request too. */
  readonly isLive: boolean;
}

/**
 * `turnpike doctor`: checks everything the server needs, with the settings it would start with. Starts no server and changes
 * nothing. Resolves with 1 when something is wrong.
 */
export async function doctor(
  given: GivenFlags,
  { isJson, isLive }: DoctorRequest,
  context: CommandContext,
): Promise<number> {
  const report = new DoctorReport(context.terminal, isJson);
  const resolved = resolve(given, context, report);
  const slow = [...SLOW_CHECKS, ...(isLive ? [checkLive] : [])];
  if (resolved) await examine(resolved, slow, context, report);
  else await examineMachine(context, report);
  return report.end();
}

/** What can be checked when the settings cannot be used. */
async function examineMachine(context: CommandContext, report: DoctorReport): Promise<void> {
  const { signal } = new AbortController();
  for (const check of [checkNode, checkTempFolder])
    report.add(check.name, await run(check, { context }, signal));
}

/** Undefined when the settings cannot be used. */
function resolve(
  given: GivenFlags,
  { environment, machine, engines }: CommandContext,
  report: DoctorReport,
): ResolvedConfig | undefined {
  try {
    const resolved = resolveConfig({ ...given, environment, machine, engines });
    const file = resolved.configFile ?? "no config file; flags, variables and defaults";
    report.add("Settings", [ok(file), ...resolved.warnings.map((line) => warn(line))]);
    return resolved;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    report.add(
      "Settings",
      error.problems.map((line) => fail(line)),
    );
    return undefined;
  }
}

async function examine(
  resolved: ResolvedConfig,
  slowChecks: readonly Check[],
  context: CommandContext,
  report: DoctorReport,
): Promise<void> {
  const tools = await context.openDoctorTools(resolved.config, context.environment);
  const stop = new AbortController();
  const patient: Patient = { resolved, tools, context };
  try {
    // All run at once and are reported in order, each as soon as it and those before it are finished.
    const checks = [...CHECKS, ...slowChecks, ...checkMcpServers(patient)];
    const running = checks.map((check) => [check.name, run(check, patient, stop.signal)] as const);
    const failed = new Set<string>();
    for (const [name, findings] of running) {
      const told = (await findings).map((finding) => followsOne(finding, failed) ?? finding);
      if (told.some(({ status }) => status === "fail")) failed.add(name);
      report.add(name, told);
    }
  } finally {
    stop.abort(new Error("The doctor has gone."));
    await tools.close();
  }
}

/** What one fault has brought about is not told as another. */
function followsOne({ follows = [] }: Finding, failed: ReadonlySet<string>): Finding | undefined {
  const cause = follows.find((name) => failed.has(name));
  return cause === undefined ? undefined : warn(`Not known. See "${cause}" above.`);
}

/** Never rejects: a check that fails to run is a finding too. */
async function run<Needs>(
  check: Check<Needs>,
  patient: Needs,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  try {
    return await check.run(patient, signal);
  } catch (error) {
    return [fail(`This could not be checked: ${error instanceof Error ? error.message : String(error)}`)];
  }
}
