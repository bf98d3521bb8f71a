import type { Environment } from "../../config/sources/process-environment.ts";
import { SUPERVISED_VARIABLE } from "../../config/sources/read-environment-settings.ts";
import type { CommandContext } from "../command-context.ts";
import { writeProcessId } from "../lock-data-folder.ts";
import { RESTART_EXIT_CODE } from "./restart-exit-code.ts";
import { SERVICE_LABEL } from "./service/service-label.ts";
import { spawnServer } from "./spawn-server.ts";

/** The settings that this server was started with, as `serve` takes them. */
export function serverArguments({ launch }: Pick<CommandContext, "launch">): readonly string[] {
  const [first, ...others] = launch.args;
  return first === "serve" ? others : launch.args;
}

/**
 * The last deed of a server that is to be restarted: another one takes its place, with the same command line and environment,
 * which nobody else knows. Resolves with this one's exit code.
 */
export async function handOver(dataDir: string, context: CommandContext): Promise<number> {
  // A process that we started ourselves would end with this one, or be one too many.
  if (isSupervised(context.environment)) return RESTART_EXIT_CODE;
  const { processId } = await spawnServer(serverArguments(context), dataDir, context);
  // Until it has the lock: who waits for it can see whether it lives.
  writeProcessId(dataDir, processId);
  return 0;
}

/** Whether systemd, launchd or a container's runtime starts this process again, or one that ends with it. */
export function isSupervised(
  environment: Environment,
  { pid, ppid }: Pick<NodeJS.Process, "pid" | "ppid"> = process,
): boolean {
  const { SYSTEMD_EXEC_PID: unit, XPC_SERVICE_NAME: job, [SUPERVISED_VARIABLE]: told } = environment;
  const isOfUnit = unit === String(pid) || unit === String(ppid);
  return told === "1" || pid === 1 || isOfUnit || job?.startsWith(SERVICE_LABEL) === true;
}
