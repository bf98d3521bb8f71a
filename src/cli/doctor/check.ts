import type { CommandContext } from "../command-context.ts";
import type { ResolvedConfig } from "../../config/resolve-config.ts";
import type { DoctorTools } from "./doctor-tools.ts";

export interface Finding {
  /** `warn`: it works, but probably not as intended. `fail`: the server, or a turn, would not work. */
  readonly status: "ok" | "warn" | "fail";
  readonly message: string;
  /** What to do. */
  readonly remedy?: string;
  /** The checks of which this is a consequence when one of them fails. */
  readonly follows?: readonly string[];
}

/** What the checks examine. */
export interface Patient {
  readonly resolved: ResolvedConfig;
  readonly tools: DoctorTools;
  readonly context: CommandContext;
}

export interface Check<Needs = Patient> {
  readonly name: string;
  /** Examines one thing and reports one or more findings. Changes nothing. */
  run(patient: Needs, signal: AbortSignal): Promise<readonly Finding[]>;
}

/** One that can be made whatever the settings are. */
export type CheckOfMachine = Check<Pick<Patient, "context">>;

export const ok = (message: string): Finding => ({ status: "ok", message });
export const warn = (message: string, remedy?: string): Finding => finding("warn", message, remedy);
export const fail = (message: string, remedy?: string): Finding => finding("fail", message, remedy);

function finding(status: Finding["status"], message: string, remedy: string | undefined): Finding {
  return { status, message, ...(remedy !== undefined && { remedy }) };
}
