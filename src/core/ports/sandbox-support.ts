/** Whether Claude Code can run commands in its sandbox on this machine. */
export interface SandboxSupport {
  readonly isAvailable: boolean;
  /** What the sandbox uses, or what is missing and what to do. */
  readonly detail: string;
}
