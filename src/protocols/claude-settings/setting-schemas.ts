import { z } from "zod";

import { PERMISSION_MODES } from "../../core/words/permission-mode.ts";
import { LONGEST_TIMER_MS } from "../../lib/time.ts";
import { ACTIVITY_FORMS } from "./activity-form.ts";

const MAX_FOLDERS = 32;
const MAX_RULES = 256;

const path = z
  .string()
  .min(1)
  .max(4096)
  .regex(/^[^\0]*$/);
const rules = z
  .array(
    z
      .string()
      .min(1)
      .max(1000)
      .regex(/^[^\0\r\n]*$/),
  )
  .max(MAX_RULES);

/** The settings that a request may send, by their canonical names. `mcpServers` is read further by `parse-mcp-servers.ts`. */
export const settingsSchema = z.object({
  workingDirectory: path.optional(),
  additionalDirectories: z.array(path).max(MAX_FOLDERS).optional(),
  permissionMode: z.enum(PERMISSION_MODES).optional(),
  builtinTools: z.enum(["auto", "on", "off"]).optional(),
  allowedTools: rules.optional(),
  disallowedTools: rules.optional(),
  maxTurns: z.int().min(1).max(100_000).optional(),
  maxBudgetUsd: z.number().min(0.0001).max(1_000_000).optional(),
  mcpServers: z.union([z.array(z.unknown()).max(64), z.record(z.string(), z.unknown())]).optional(),
  isolation: z.enum(["none", "worktree", "copy"]).optional(),
  command: z.string().min(1).max(128).optional(),
  approvals: z.enum(["live", "client"]).optional(),
  includeFiles: z.boolean().optional(),
  activity: z.enum(ACTIVITY_FORMS).optional(),
  timeoutMs: z.int().min(1).max(LONGEST_TIMER_MS).optional(),
});

export type SettingName = keyof typeof settingsSchema.shape;

// Proof for the cast: the keys of the shape, which nothing is added to.
export const SETTING_NAMES = Object.keys(settingsSchema.shape) as readonly SettingName[];
