/** The server as a process, for who runs it. */
export interface ServerFacts {
  readonly processId: number;
  /** Without a path. */
  readonly url: string;
  /** Whether its port is one of the settings, and so the next start's, too. */
  readonly keepsPort: boolean;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly dataDir: string;
  /** How long running turns may go on after the server was told to stop. */
  readonly drainMs: number;
  /** The file that its log goes to, if not to where it prints. */
  readonly logFile?: string;
  /** A scripted model answers. */
  readonly isDemo: boolean;
}
