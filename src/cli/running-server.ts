import type { ResolvedConfig } from "../config/resolve-config.ts";
import type { Config } from "../config/config.ts";
import type { EngineBuilder } from "../compose/engine-builders.ts";
import type { Environment } from "../config/sources/process-environment.ts";
import type { SettledSandbox } from "../config/build/settle-sandbox.ts";
import type { Approvals } from "../core/ports/approvals.ts";
import type { HealthReport } from "../core/ports/health.ts";
import type { Logger } from "../core/ports/logger.ts";
import type { ModelDescription } from "../core/ports/model-catalogue.ts";
import type { StopRequest } from "../protocols/admin/parse-stop-request.ts";

/** Which API keys the server accepts, as far as the person at the terminal may know. */
export type ApiKeyNotice =
  /** Created at this start: the only time it is shown. */
  | { readonly type: "created"; readonly key: string; readonly file: string }
  | { readonly type: "file"; readonly file: string }
  | { readonly type: "configured"; readonly count: number }
  | { readonly type: "disabled" };

/** Who may answer approvals over the API. */
export type ApproverKeyNotice = Exclude<ApiKeyNotice, { readonly type: "disabled" }>;

export interface KeyNotices {
  readonly apiKeyNotice: ApiKeyNotice;
  readonly approverKeyNotice: ApproverKeyNotice;
}

/** A server that is listening. Claude Code may still be starting; `health()` tells. */
export interface RunningServer extends KeyNotices {
  /** The address it listens on, without a path: `http://127.0.0.1:4141`. */
  readonly url: string;
  /** The outcome of the profiles' sandbox settings. */
  readonly sandbox: SettledSandbox;
  /** The approvals that the person at the terminal may answer. */
  readonly approvals: Approvals;
  /** Whether its pages are there: a checkout can be installed without what builds them. */
  readonly hasDashboard: boolean;
  health(): HealthReport;
  /** Whether anybody can sign in to the dashboard who administers it. */
  hasAdmin(): Promise<boolean>;
  /** A link that makes the first administrator, once; only for a person's eyes. Undefined when there is one. */
  linkFirstAdmin(): Promise<string | undefined>;
  describeModels(): readonly ModelDescription[];
  /** Resolves when the command line asks the server to end. */
  readonly stopRequested: Promise<StopRequest>;
  /** From now on, a request to restart it is refused; `why` is for the person, default that it is ending. */
  refuseRestart(why?: string): void;
  /** Drains, ends every Claude Code process and closes the store. Resolves when everything has ended; may be called twice. */
  stop(): Promise<void>;
}

/** Hears how a start goes on. */
export interface StartListener {
  /** A step begins that takes time. */
  onStage?(stage: string): void;
  /** New keys are in the data folder from now on, whatever becomes of the start. */
  onKeys?(keys: KeyNotices): void;
}

/**
 * Builds everything and listens. `environment` is the server's own, from which Claude Code gets what it needs; `engines` are the names that profiles may use, by default all engines. Rejects with
 * ConfigError for problems that the person can fix, with the system error when it cannot listen on the address; nothing is left
 * running then.
 */
export type StartServer = (
  config: Config,
  logger: Logger,
  environment: Environment,
  listener?: StartListener,
  engines?: Readonly<Record<string, EngineBuilder>>,
  /** What `config` comes from, so that settings can change while it runs. */
  resolved?: ResolvedConfig,
) => Promise<RunningServer>;

export function areNewKeys({ apiKeyNotice, approverKeyNotice }: KeyNotices): boolean {
  return [apiKeyNotice, approverKeyNotice].some(({ type }) => type === "created");
}
