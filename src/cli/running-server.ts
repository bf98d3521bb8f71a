import type { Config } from "../config/config.ts";
import type { EngineBuilder } from "../compose/engine-builders.ts";
import type { Environment } from "../config/sources/process-environment.ts";
import type { SettledSandbox } from "../config/build/settle-sandbox.ts";
import type { Approvals } from "../core/ports/approvals.ts";
import type { HealthReport } from "../core/ports/health.ts";
import type { Logger } from "../core/ports/logger.ts";
import type { ModelDescription } from "../core/ports/model-catalogue.ts";

/** Which API keys the server takes, as far as a person at the terminal may know. */
export type ApiKeyNotice =
  /** Made at this start: the one time that it is shown. */
  | { readonly type: "created"; readonly key: string; readonly file: string }
  | { readonly type: "file"; readonly file: string }
  | { readonly type: "configured"; readonly count: number }
  | { readonly type: "disabled" };

/** Who may answer approvals over the API. */
export type ApproverKeyNotice = Exclude<ApiKeyNotice, { readonly type: "disabled" }>;

/** A server that listens. Claude Code may still be starting; `health()` tells. */
export interface RunningServer {
  /** Where it listens, without a path: `http://127.0.0.1:4141`. */
  readonly url: string;
  readonly apiKeyNotice: ApiKeyNotice;
  readonly approverKeyNotice: ApproverKeyNotice;
  /** What has come of the profiles' wish for a sandbox. */
  readonly sandbox: SettledSandbox;
  /** For the person at the terminal to answer. */
  readonly approvals: Approvals;
  health(): HealthReport;
  describeModels(): readonly ModelDescription[];
  /** Drains, ends every Claude Code process and closes the store. Resolves when all is gone; may be called twice. */
  stop(): Promise<void>;
}

/**
 * Builds everything and listens. `environment` is the server's own, from which Claude Code gets what it needs; `onProgress` hears
 * what takes its time; `engines` are what profiles may name, by default all that there are. Rejects with ConfigError for what the person can mend, with the system's own error when the address cannot be listened on;
 * nothing is left running then.
 */
export type StartServer = (
  config: Config,
  logger: Logger,
  environment: Environment,
  onProgress?: (stage: string) => void,
  engines?: Readonly<Record<string, EngineBuilder>>,
) => Promise<RunningServer>;
