import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

import type { HealthReport } from "../../core/ports/health.ts";
import { isLimit } from "../../core/words/app-error.ts";
import type { KeyLimits } from "../../core/words/api-key.ts";
import type { RequestCourse, RequestEntry } from "../../core/words/request-entry.ts";
import type { TurnRun } from "../../core/words/turn-run.ts";
import { BoundedNames } from "./bounded-names.ts";
import { stateGauges } from "./state-gauges.ts";

export interface MetricsParts {
  readonly health: () => HealthReport;
  readonly version: string;
}

/** The limits of keys are called as their flags are. */
const LIMITS_OF_KEYS: Readonly<Record<keyof KeyLimits, string>> = {
  requestsPerMinute: "requests-per-minute",
  tokensPerMinute: "tokens-per-minute",
  tokensPerDay: "tokens-per-day",
  turnsAtOnce: "turns-at-once",
  costPerDayUsd: "cost-per-day",
  costPerMonthUsd: "cost-per-month",
};

const SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600];

/**
 * What Prometheus reads. Labels have few values: no key, no client, no conversation; models that clients may choose freely count
 * together beyond a bound.
 */
export class ServerMetrics {
  readonly #registry = new Registry();
  readonly #models = new BoundedNames();
  readonly #profiles = new BoundedNames();
  readonly #requests = this.#counter("turnpike_requests_total", "Requests that are over.", [
    "protocol",
    "status",
  ]);
  readonly #errors = this.#counter("turnpike_errors_total", "Requests that failed, by kind of error.", [
    "kind",
  ]);
  readonly #limits = this.#counter("turnpike_limits_hit_total", "Requests that came up against a limit.", [
    "limit",
  ]);
  readonly #turns = this.#counter("turnpike_turns_total", "Turns that are over.", [
    "protocol",
    "profile",
    "model",
    "placement",
    "state",
  ]);
  readonly #tokens = this.#counter("turnpike_tokens_total", "Tokens of turns.", ["model", "type"]);
  readonly #cost = this.#counter("turnpike_cost_usd_total", "Cost of turns in US dollars.", [
    "profile",
    "model",
  ]);
  readonly #firstToken = this.#histogram(
    "turnpike_first_token_seconds",
    "From the request for a turn to the first sign of an answer.",
    ["placement"],
  );
  readonly #duration = this.#histogram(
    "turnpike_request_duration_seconds",
    "Requests, from their beginning to their end.",
    ["protocol"],
  );
  readonly #queue = this.#histogram("turnpike_queue_seconds", "How long turns waited for their place.", []);

  constructor({ health, version }: MetricsParts) {
    collectDefaultMetrics({ register: this.#registry });
    stateGauges(this.#registry, health);
    new Gauge({
      name: "turnpike_info",
      help: "The version that runs.",
      labelNames: ["version"],
      registers: [this.#registry],
    }).set({ version }, 1);
    // Who watches a counter sees its first step only where it stood at none before.
    for (const limit of Object.values(LIMITS_OF_KEYS)) this.#limits.inc({ limit }, 0);
  }

  hearRequest(entry: RequestEntry, { limit }: Pick<RequestCourse, "limit">): void {
    const protocol = entry.protocol ?? "none";
    this.#requests.inc({ protocol, status: String(entry.status) });
    this.#duration.observe({ protocol }, (entry.endedAt - entry.startedAt) / 1_000);
    if (entry.queueMs !== undefined) this.#queue.observe(entry.queueMs / 1_000);
    if (entry.error === undefined) return;
    this.#errors.inc({ kind: entry.error });
    if (isLimit(entry.error)) this.#limits.inc({ limit: limit ? LIMITS_OF_KEYS[limit] : entry.error });
  }

  /** Called with a turn that is over. */
  hearTurn(run: TurnRun): void {
    // One that was refused its place was none.
    if (run.startedAt === undefined && run.error && isLimit(run.error.kind)) return;
    const [model, profile] = [this.#models.of(run.model), this.#profiles.of(run.profile)];
    const placement = run.placement ?? "none";
    this.#turns.inc({ protocol: run.protocol, profile, model, placement, state: run.state });
    if (run.firstTokenAt !== undefined) {
      this.#firstToken.observe({ placement }, (run.firstTokenAt - run.askedAt) / 1_000);
    }
    if (run.costUsd !== undefined) this.#cost.inc({ profile, model }, run.costUsd);
    const { usage } = run;
    if (!usage) return;
    const counts = {
      input: usage.inputTokens,
      cache_read: usage.cacheReadTokens,
      cache_write: usage.cacheWriteTokens,
      output: usage.outputTokens,
      reasoning: usage.reasoningTokens,
    };
    for (const [type, count] of Object.entries(counts)) this.#tokens.inc({ model, type }, count);
  }

  /** As Prometheus reads it, with the type of the content. */
  async render(): Promise<{ readonly type: string; readonly text: string }> {
    return { type: this.#registry.contentType, text: await this.#registry.metrics() };
  }

  #counter<Label extends string>(name: string, help: string, labelNames: readonly Label[]): Counter<Label> {
    return new Counter({ name, help, labelNames: [...labelNames], registers: [this.#registry] });
  }

  #histogram<Label extends string>(
    name: string,
    help: string,
    labelNames: readonly Label[],
  ): Histogram<Label> {
    return new Histogram({
      name,
      help,
      labelNames: [...labelNames],
      buckets: SECONDS,
      registers: [this.#registry],
    });
  }
}
