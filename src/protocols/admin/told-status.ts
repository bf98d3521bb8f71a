import * as z from "zod";

import type { StatusBody } from "./format-status.ts";
import { statusSchema } from "./run-schemas.ts";

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

const { shape } = statusSchema;

/** It may be of another release than this program: what that does not tell, or tells otherwise, is left out or taken as usual. */
const toldSchema = z.looseObject({
  object: shape.object,
  version: shape.version,
  pid: shape.pid.int().positive(),
  url: z.url(),
  state: shape.state.or(z.literal("unknown")).catch("unknown"),
  problem: shape.problem.catch(null),
  keeps_port: shape.keeps_port.catch(true),
  started_at: shape.started_at.catch(0),
  uptime_seconds: shape.uptime_seconds.catch(0),
  drain_ms: shape.drain_ms.catch(UNTOLD_DRAIN_MS),
  log_file: shape.log_file.catch(null),
  is_demo: shape.is_demo.catch(false),
  credential_source: shape.credential_source.catch("its login"),
  // Of these, what is shown.
  sessions: shape.sessions.pick({ busy: true, idle: true, limit: true }).loose().optional().catch(undefined),
  spares: shape.spares.pick({ ready: true }).loose().optional().catch(undefined),
  turns: shape.turns.pick({ running: true, queued: true, limit: true }).loose().optional().catch(undefined),
  claude_memory_bytes: shape.claude_memory_bytes.optional().catch(undefined),
});

/** Undefined when no Turnpike says this. `dataDir`: where it was found. */
export function readStatus(answer: unknown, dataDir: string): ToldStatus | undefined {
  const parsed = toldSchema.safeParse(answer);
  // Proof for the cast: the schema above, whose objects keep what else was told.
  return parsed.success ? ({ data_dir: dataDir, ...parsed.data } as ToldStatus) : undefined;
}
