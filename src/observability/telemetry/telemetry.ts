import type { Logger } from "../../core/ports/logger.ts";
import type { RequestCourse, RequestEntry } from "../../core/words/request-entry.ts";
import { repeat } from "../../lib/time.ts";
import { GenAiMetrics } from "./gen-ai-metrics.ts";
import { toKeyValues } from "./otlp-json.ts";
import type { OtlpSettings } from "./read-otlp-settings.ts";
import { requestSpans, type TraceSpan } from "./request-spans.ts";

const TRACES_INTERVAL_MS = 2_000;
/** Spans of one message. */
const BATCH = 500;
/** At the end a collector that does not answer holds up nobody for longer. */
const LAST_PATIENCE_MS = 2_000;
/** When this many wait, because nobody takes them, the oldest are lost. */
const MAX_WAITING = 5_000;

/** Sends what happens to a collector, in the background: nothing waits for it, and its failures are only told in the log. */
export class Telemetry {
  readonly #settings: OtlpSettings;
  readonly #logger: Logger;
  readonly #scope: object;
  readonly #metrics = new GenAiMetrics(Date.now());
  readonly #timers: readonly { cancel(): void }[];
  #spans: TraceSpan[] = [];
  #sending: Promise<void> = Promise.resolve();
  /** A collector that is away is told of once. */
  #isFailing = false;
  #isClosing = false;

  constructor(
    settings: OtlpSettings,
    { version, logger }: { readonly version: string; readonly logger: Logger },
  ) {
    this.#settings = settings;
    this.#logger = logger;
    this.#scope = { name: "turnpike", version };
    this.#timers = [
      repeat(TRACES_INTERVAL_MS, () => void this.#sendSpans()),
      repeat(settings.metricIntervalMs, () => void this.#sendMetrics()),
    ];
  }

  hearRequest(entry: RequestEntry, course: RequestCourse): void {
    for (const turn of course.turns) this.#metrics.hearTurn(turn);
    if (this.#settings.tracesUrl === undefined) return;
    this.#spans.push(...requestSpans(entry, course));
    if (this.#spans.length > MAX_WAITING) this.#spans = this.#spans.slice(-MAX_WAITING);
    if (this.#spans.length >= BATCH) void this.#sendSpans();
  }

  /** Sends what is left. Never rejects. */
  async close(): Promise<void> {
    for (const timer of this.#timers) timer.cancel();
    this.#isClosing = true;
    await this.#sendSpans();
    await this.#sendMetrics();
  }

  #sendSpans(): Promise<void> {
    return (this.#sending = this.#sending.then(async () => {
      while (this.#spans.length > 0) {
        const batch = this.#spans.slice(0, BATCH);
        const resourceSpans = [
          { resource: this.#resource(), scopeSpans: [{ scope: this.#scope, spans: batch }] },
        ];
        const { tracesUrl, tracesHeaders } = this.#settings;
        if (!(await this.#post(tracesUrl, tracesHeaders, { resourceSpans }))) return;
        const sent = new Set(batch);
        this.#spans = this.#spans.filter((span) => !sent.has(span));
      }
    }));
  }

  async #sendMetrics(): Promise<void> {
    const metrics = this.#metrics.format(Date.now());
    if (metrics.length === 0) return;
    const resourceMetrics = [{ resource: this.#resource(), scopeMetrics: [{ scope: this.#scope, metrics }] }];
    const { metricsUrl, metricsHeaders } = this.#settings;
    await this.#post(metricsUrl, metricsHeaders, { resourceMetrics });
  }

  #resource(): object {
    return { attributes: toKeyValues(this.#settings.resource) };
  }

  /** Resolves with false when it is worth trying again. */
  async #post(
    url: string | undefined,
    headers: OtlpSettings["tracesHeaders"],
    body: object,
  ): Promise<boolean> {
    if (url === undefined) return true;
    const { timeoutMs } = this.#settings;
    try {
      const response = await fetch(url, {
        method: "POST",
        headers: { ...headers, "content-type": "application/json" },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(this.#isClosing ? Math.min(timeoutMs, LAST_PATIENCE_MS) : timeoutMs),
      });
      await response.arrayBuffer();
      if (!response.ok) throw new Error(`The collector answers ${response.status}.`);
      this.#isFailing = false;
      return true;
    } catch (error) {
      if (!this.#isFailing) this.#logger.error("telemetry.not-sent", { reason: String(error) });
      this.#isFailing = true;
      return false;
    }
  }
}
