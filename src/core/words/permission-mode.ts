/**
 * What Claude Code may do without asking, under its own names.
 * `default`: it may read, and asks for everything else. `acceptEdits`: it may also edit in the workspace. `plan`: it reads and
 * plans.
 * `dontAsk`: everything that no rule allows is denied. `auto`: a Claude model judges each call, and asks when in doubt.
 * `bypassPermissions`: it never asks.
 */
export const PERMISSION_MODES = [
  "default",
  "acceptEdits",
  "plan",
  "dontAsk",
  "auto",
  "bypassPermissions",
] as const;

export type PermissionMode = (typeof PERMISSION_MODES)[number];
