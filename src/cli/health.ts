import { resolveConfig } from "../config/resolve-config.ts";
import { localUrl } from "../lib/local-url.ts";
import type { CommandContext } from "./command-context.ts";
import { findServerAddress } from "./daemon/find-server-address.ts";
import { printJson } from "./print-json.ts";
import { type GivenFlags, isAddressGiven } from "./setting-options.ts";

const ANSWER_WITHIN_MS = 5_000;

/**
 * `turnpike health`: asks the running server whether it takes turns, for the health checks of containers: the one whose address is
 * given, else that of the data folder wherever it listens, else the one of the settings. Resolves with 0 when it does, else with 1.
 * @throws ConfigError when the settings cannot be used.
 */
export async function health(given: GivenFlags, isJson: boolean, context: CommandContext): Promise<number> {
  const { terminal, environment, machine, engines } = context;
  const { server, dataDir } = resolveConfig({ ...given, environment, machine, engines }).config;
  const running = isAddressGiven(given) ? undefined : await findServerAddress(dataDir);
  const url = running?.url ?? localUrl(server.host, server.port);
  try {
    const answer = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    const report: unknown = await answer.json();
    if (isJson) printJson(describe(url, answer.ok ? null : problemOf(report)), terminal);
    else if (answer.ok) terminal.print(`${url} is ready.`);
    else terminal.printError(`${url} takes no turns: ${problemOf(report)}`);
    return answer.ok ? 0 : 1;
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const problem = `${url} does not answer: ${cause instanceof Error ? cause.message : String(cause)}`;
    if (isJson) printJson(describe(url, problem), terminal);
    else terminal.printError(problem);
    return 1;
  }
}

function describe(url: string, problem: string | null): object {
  return { object: "health", url, is_ready: problem === null, problem };
}

function problemOf(report: unknown): string {
  // Proof for the cast: any value has these fields or has not.
  const { problem, status } = (report ?? {}) as { readonly problem?: unknown; readonly status?: unknown };
  return String(problem ?? status ?? "it does not say why");
}
