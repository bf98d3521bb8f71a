/** The server's state for `/health`: counts only, nothing secret. */
export interface HealthReport {
  readonly status: "ready" | "starting" | "not-ready" | "draining";
  /** What is missing and how to mend it, when not ready. */
  readonly problem?: string;
  readonly version: string;
  readonly uptimeSeconds: number;
  readonly engine: { readonly name: string; readonly isLoggedIn: boolean; readonly credentialSource: string };
  readonly sessions: {
    readonly idle: number;
    readonly busy: number;
    readonly starting: number;
    readonly limit: number;
  };
  readonly spares: { readonly ready: number; readonly starting: number; readonly limit: number };
  readonly turns: {
    readonly running: number;
    readonly queued: number;
    readonly limit: number;
    readonly queueLimit: number;
  };
  /** Resident memory of the Claude Code processes together; absent where it cannot be read. */
  readonly claudeMemoryBytes?: number;
}

export type ReportHealth = () => HealthReport;
