import type { Machine } from "../config/sources/machine.ts";
import type { Environment } from "../config/sources/process-environment.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { OpenDoctorTools } from "./doctor/doctor-tools.ts";
import type { ProcessEvents } from "./process-events.ts";
import type { StartServer } from "./running-server.ts";
import type { Terminal } from "./terminal.ts";

/** Everything a command takes from outside; tests pass their own. */
export interface CommandContext {
  readonly terminal: Terminal;
  readonly environment: Environment;
  readonly machine: Machine;
  /** The names of the engines that profiles may use. */
  readonly engines: readonly string[];
  readonly events: ProcessEvents;
  readonly clock: Clock;
  readonly startServer: StartServer;
  readonly openDoctorTools: OpenDoctorTools;
}
