import { styled } from "../../lib/styled-line.ts";
import type { CommandContext } from "../command-context.ts";
import type { GivenFlags } from "../setting-options.ts";
import { EXIT_CODES } from "./exit-codes.ts";
import { findServer, type FoundServer } from "./find-server.ts";
import { describeOtherRelease } from "./other-release.ts";
import { formatLoad, formatReady, formatRows } from "./format-status-lines.ts";
import { printJson } from "../print-json.ts";
import { resolveSettings } from "./resolve-settings.ts";

/**
 * `turnpike status`: whether a server has the data folder, and how it is. Resolves with the exit code: 0 it runs, 3 it does not,
 * 4 it does not answer.
 * @throws ConfigError when the settings cannot be used
 */
export async function status(given: GivenFlags, isJson: boolean, context: CommandContext): Promise<number> {
  const { dataDir } = resolveSettings(given, context);
  const { terminal } = context;
  const found = await findServer(dataDir);
  if (isJson) printJson(toJson(found, dataDir), terminal);
  else if (found.type === "running") {
    const { status: told } = found;
    terminal.print(
      [styled("bold", `Turnpike ${told.version}`), " is ", styled(["bold", "green"], "running"), "."],
      "",
      ...formatRows(told),
      ...formatLoad(told),
      "",
      formatReady(told),
    );
    const other = describeOtherRelease(told, { dataDir }, context);
    if (other !== undefined) terminal.print("", other);
  } else terminal.print(describeAbsence(found, dataDir));
  return EXIT_CODES[found.type];
}

function toJson(found: FoundServer, dataDir: string): object {
  if (found.type === "running") return { running: true, ...found.status };
  const processId = found.type === "silent" ? found.processId : undefined;
  return {
    running: found.type === "silent",
    object: "server",
    state: found.type === "silent" ? "unknown" : "stopped",
    pid: processId ?? null,
    stale_pid: found.type === "none" ? (found.staleProcessId ?? null) : null,
    data_dir: dataDir,
  };
}

/** Why there is no server to speak to. */
export function describeAbsence(found: Exclude<FoundServer, { type: "running" }>, dataDir: string): string {
  if (found.type === "silent") {
    const who = found.processId === undefined ? "A Turnpike" : `A Turnpike (process ${found.processId})`;
    return `${who} has the data folder ${dataDir} but does not answer: it starts, it stops, or it hangs.`;
  }
  const stale =
    found.staleProcessId === undefined
      ? ""
      : ` The last one (process ${found.staleProcessId}) has ended without cleaning up.`;
  return `No Turnpike is running with the data folder ${dataDir}.${stale}`;
}
