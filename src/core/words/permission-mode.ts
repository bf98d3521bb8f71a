/**
 * What Claude Code may do without asking, in its own words.
 * `default`: it reads; all else is asked. `acceptEdits`: it edits in the workspace as well. `plan`: it reads and plans.
 * `dontAsk`: what is not allowed by a rule is denied. `auto`: a model of Claude's judges each call, and asks when in doubt.
 * `bypassPermissions`: nothing is asked.
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
