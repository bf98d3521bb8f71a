import type { Config } from "../../config/config.ts";
import type { Environment } from "../../config/sources/process-environment.ts";
import type { ErrorInfo } from "../../core/words/app-error.ts";
import type { EngineAccount } from "../../core/ports/engine.ts";
import type { ProbeMcpServer } from "../../core/ports/mcp-probe.ts";
import type { SandboxSupport } from "../../core/ports/sandbox-support.ts";

/** The outcome of asking a model. */
export type ModelAnswer =
  | { readonly type: "answered"; readonly costUsd: number }
  | { readonly type: "failed"; readonly error: ErrorInfo };

export interface FoundClaude {
  readonly path: string;
  readonly version: string;
  /** The oldest version that the engine takes; absent when it takes any. */
  readonly oldest?: string;
}

/** The parts of the server that the doctor uses without starting a server. */
export interface DoctorTools {
  detectSandbox(): Promise<SandboxSupport>;
  /**
   * The Claude Code that an engine would start.
   * @throws Error in words for the person
   */
  findClaude(engine: string): Promise<FoundClaude>;
  describeAccount(signal: AbortSignal): Promise<EngineAccount>;
  /** Sends one minimal request, which costs something. */
  askModel(signal: AbortSignal): Promise<ModelAnswer>;
  /** @throws Error in words for the person */
  checkDatabase(): Promise<string>;
  readonly probeMcpServer: ProbeMcpServer;
  /** Ends everything the tools have started. */
  close(): Promise<void>;
}

export type OpenDoctorTools = (config: Config, environment: Environment) => Promise<DoctorTools>;
