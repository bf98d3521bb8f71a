import * as z from "zod";

import type { StatusBody } from "./format-status.ts";

/** What a server tells of itself as far as every release tells it, and the rest where this one does. */
export interface ToldStatus
  extends
    Omit<StatusBody, "state" | "sessions" | "spares" | "turns" | "claude_memory_bytes">,
    Partial<Pick<StatusBody, "sessions" | "spares" | "turns" | "claude_memory_bytes">> {
  /** `unknown`: in words that this program does not know. */
  readonly state: StatusBody["state"] | "unknown";
}

/** How long a server that does not say so may take for its running turns. */
const UNTOLD_DRAIN_MS = 60_000;

const count = z.number();

/** It may be of another release than this program: what that does not tell, or tells otherwise, is left out or taken as usual. */
const statusSchema = z.looseObject({
  object: z.literal("server"),
  version: z.string(),
  pid: z.number().int().positive(),
  url: z.url(),
  state: z.enum(["ready", "starting", "not-ready", "draining", "unknown"]).catch("unknown"),
  problem: z.string().nullable().catch(null),
  keeps_port: z.boolean().catch(true),
  started_at: z.number().catch(0),
  uptime_seconds: z.number().catch(0),
  drain_ms: z.number().catch(UNTOLD_DRAIN_MS),
  log_file: z.string().nullable().catch(null),
  is_demo: z.boolean().catch(false),
  credential_source: z.string().catch("its login"),
  sessions: z.looseObject({ busy: count, idle: count, limit: count }).optional().catch(undefined),
  spares: z.looseObject({ ready: count }).optional().catch(undefined),
  turns: z.looseObject({ running: count, queued: count, limit: count }).optional().catch(undefined),
  claude_memory_bytes: z.number().nullable().optional().catch(undefined),
});

/** Undefined when no Turnpike says this. `dataDir`: where it was found. */
export function readStatus(answer: unknown, dataDir: string): ToldStatus | undefined {
  const parsed = statusSchema.safeParse(answer);
  // Proof for the cast: the schema above, whose objects keep what else was told.
  return parsed.success ? ({ data_dir: dataDir, ...parsed.data } as ToldStatus) : undefined;
}
