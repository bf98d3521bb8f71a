import type { Machine } from "../config/sources/machine.ts";
import type { OpenChannel } from "../compose/open-channel.ts";
import type { Environment } from "../config/sources/process-environment.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { OpenDoctorTools } from "./doctor/doctor-tools.ts";
import type { ProcessEvents } from "./process-events.ts";
import type { StartServer } from "./running-server.ts";
import type { Terminal } from "./terminal.ts";

export interface Launch {
  /** Node with its own flags, and the program's file. */
  readonly command: readonly string[];
  /** The program's arguments, the command's name first. */
  readonly args: readonly string[];
}

/** Everything a command takes from outside; tests pass their own. */
export interface CommandContext {
  readonly terminal: Terminal;
  readonly environment: Environment;
  readonly machine: Machine;
  /** The names of the engines that profiles may use. */
  readonly engines: readonly string[];
  readonly events: ProcessEvents;
  readonly clock: Clock;
  /** How this program was started, to start another of it. */
  readonly launch: Launch;
  readonly startServer: StartServer;
  readonly openDoctorTools: OpenDoctorTools;
  readonly openChannel: OpenChannel;
  /** Called by a command that fails with what kind of failure that is, for programs. */
  readonly noteFailure?: (code: string) => void;
}
