import * as z from "zod";

import type { OverviewBody } from "./format-overview.ts";
import type { RequestUsageBody } from "./format-request-usage.ts";
import type { RequestDetailBody, RequestPageBody } from "./format-request.ts";

const text = z.string().nullable();
const count = z.number().nullable();

const request = z.object({
  id: z.string(),
  object: z.literal("request"),
  started_at: z.number(),
  ended_at: z.number(),
  duration_ms: z.number(),
  queue_ms: count,
  process_ms: count,
  first_token_ms: count,
  route: z.string(),
  status: z.number(),
  error: text,
  principal: text,
  client: text,
  protocol: text,
  profile: text,
  model: text,
  claude_model: text,
  conversation_id: text,
  conversation_name: text,
  turn_id: text,
  turns: z.number(),
  placement: text,
  input_tokens: z.number(),
  cache_read_tokens: z.number(),
  cache_write_tokens: z.number(),
  output_tokens: z.number(),
  reasoning_tokens: z.number(),
  cost_usd: z.number(),
});

export const requestPageSchema = z.object({
  object: z.literal("list"),
  data: z.array(request),
  has_more: z.boolean(),
  next: text,
}) satisfies z.ZodType<RequestPageBody>;

export const requestDetailSchema = request.extend({
  tools: z.array(
    z.object({
      name: z.string(),
      by: z.enum(["claude-code", "client"]),
      started_ms: z.number(),
      ended_ms: count,
      is_error: z.boolean(),
    }),
  ),
  content: z.object({ prompt: z.string(), answer: z.string() }).nullable(),
}) satisfies z.ZodType<RequestDetailBody>;

const sum = z.object({
  requests: z.number(),
  failures: z.number(),
  turns: z.number(),
  input_tokens: z.number(),
  cache_read_tokens: z.number(),
  cache_write_tokens: z.number(),
  output_tokens: z.number(),
  reasoning_tokens: z.number(),
  cost_usd: z.number(),
  mean_duration_ms: count,
  mean_queue_ms: count,
  first_token: z.object({ count: z.number(), median_ms: count, p95_ms: count }).nullable(),
});
const group = sum.extend({ id: z.string() });

export const overviewSchema = z.object({
  object: z.literal("overview"),
  range: z.string(),
  period_seconds: z.number(),
  since: z.number(),
  until: z.number(),
  total: sum,
  series: z.array(sum.extend({ at: z.number() })),
  by_principal: z.array(group),
  by_model: z.array(group),
  by_profile: z.array(group),
  by_protocol: z.array(group),
  by_status: z.array(group),
  by_error: z.array(group),
  by_placement: z.array(group),
}) satisfies z.ZodType<OverviewBody>;

export const requestUsageSchema = z.object({
  object: z.literal("usage"),
  by: z.string(),
  since: z.number(),
  until: z.number(),
  time_zone: z.string(),
  total: sum,
  data: z.array(group.extend({ name: text })),
  others: sum.nullable(),
}) satisfies z.ZodType<RequestUsageBody>;
