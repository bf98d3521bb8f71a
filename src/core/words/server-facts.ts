/** The server as a process, for who runs it. */
export interface ServerFacts {
  readonly processId: number;
  /** Without a path. */
  readonly url: string;
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
