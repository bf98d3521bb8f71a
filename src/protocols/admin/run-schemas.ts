import * as z from "zod";

import { turnUsageSchema } from "../agent-schemas.ts";
import type { RunBody, RunListBody } from "./format-run.ts";
import type { StatusBody } from "./format-status.ts";

const text = z.string().nullable();
const count = z.number().nullable();

export const runSchema = z.object({
  id: z.string(),
  object: z.literal("run"),
  state: z.enum(["queued", "running", "waiting", "completed", "failed", "cancelled"]),
  client: text,
  principal: z.string(),
  protocol: z.string(),
  profile: z.string(),
  model: z.string(),
  conversation_id: text,
  conversation_name: text,
  placement: text,
  activity: text,
  asked_at: z.number(),
  started_at: count,
  first_token_at: count,
  ended_at: count,
  output_tokens: z.number(),
  is_estimate: z.boolean(),
  usage: turnUsageSchema.nullable(),
  cost_usd: count,
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
}) satisfies z.ZodType<RunBody>;

export const runListSchema = z.object({
  object: z.literal("list"),
  data: z.array(runSchema),
}) satisfies z.ZodType<RunListBody>;

export const statusSchema = z.object({
  object: z.literal("server"),
  state: z.enum(["ready", "starting", "not-ready", "draining"]),
  problem: text,
  version: z.string(),
  pid: z.number(),
  url: z.string(),
  keeps_port: z.boolean(),
  started_at: z.number(),
  uptime_seconds: z.number(),
  data_dir: z.string(),
  drain_ms: z.number(),
  log_file: text,
  is_demo: z.boolean(),
  credential_source: z.string(),
  sessions: z.object({
    idle: z.number(),
    busy: z.number(),
    starting: z.number(),
    limit: z.number(),
    closed: z.number().exactOptional(),
  }),
  spares: z.object({ ready: z.number(), starting: z.number(), limit: z.number() }),
  turns: z.object({
    running: z.number(),
    queued: z.number(),
    limit: z.number(),
    queue_limit: z.number(),
  }),
  claude_memory_bytes: count,
}) satisfies z.ZodType<StatusBody>;
