import type { TurnNote } from "../../core/words/turn-note.ts";
import { NO_USE } from "../../core/words/usage.ts";
import { BoundedNames } from "../metrics/bounded-names.ts";
import { type Attributes, toKeyValues, toNanos } from "./otlp-json.ts";

/** As the conventions want durations counted; seconds. */
const BOUNDS = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];
const CUMULATIVE = 2;

interface Series {
  readonly attributes: Attributes;
  sum: number;
  count: number;
  readonly buckets: number[];
}

interface Instrument {
  readonly name: string;
  readonly unit: string;
  readonly type: "histogram" | "counter";
  readonly series: Map<string, Series>;
}

/** The metrics of the GenAI conventions v0.1.0, added up since the start. */
export class GenAiMetrics {
  readonly #startedAt: number;
  readonly #instruments = new Map<string, Instrument>();
  readonly #models = new BoundedNames();
  readonly #agents = new BoundedNames();
  readonly #tools = new BoundedNames();

  constructor(startedAt: number) {
    this.#startedAt = startedAt;
  }

  hearTurn(turn: TurnNote): void {
    const endedAt = turn.endedAt ?? turn.askedAt;
    const model = {
      "gen_ai.provider.name": "anthropic",
      "gen_ai.request.model": this.#models.of(turn.model),
    };
    this.#record("gen_ai.invoke_agent.duration", seconds(turn.askedAt, endedAt), {
      "gen_ai.operation.name": "invoke_agent",
      "gen_ai.agent.name": this.#agents.of(turn.profile),
      ...model,
      "error.type": turn.error,
    });
    const inference = { "gen_ai.operation.name": "chat", ...model };
    if (turn.firstTokenAt !== undefined) {
      const first = seconds(turn.askedAt, turn.firstTokenAt);
      this.#record("gen_ai.client.inference.time_to_first_chunk", first, inference);
    }
    for (const { name, startedAt, endedAt: toolEndedAt = endedAt, isError } of turn.activities) {
      this.#record("gen_ai.execute_tool.duration", seconds(startedAt, toolEndedAt), {
        "gen_ai.operation.name": "execute_tool",
        "gen_ai.tool.name": this.#tools.of(name),
        "error.type": isError === true ? "tool_error" : undefined,
      });
    }
    // One that has failed counts as none, by the conventions; one that did not begin does not count.
    if (turn.startedAt === undefined) return;
    const { usage } = turn.use ?? NO_USE;
    // Claude's API does not tell apart what was text, an image or a document; what it writes is text.
    const read = { ...inference, "gen_ai.token.modality": "unknown" };
    const written = { ...inference, "gen_ai.token.modality": turn.use ? "text" : "unknown" };
    const input = usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens;
    this.#count("gen_ai.client.inference.usage.input_tokens", input, read);
    this.#count("gen_ai.client.inference.usage.output_tokens", usage.outputTokens, written);
    this.#count("gen_ai.client.inference.usage.cache_read.input_tokens", usage.cacheReadTokens, read);
    this.#count("gen_ai.client.inference.usage.cache_write.input_tokens", usage.cacheWriteTokens, read);
    this.#count("gen_ai.client.inference.usage.reasoning.output_tokens", usage.reasoningTokens, written);
  }

  /** In OTLP's form; empty when nothing has happened yet. */
  format(now: number): readonly object[] {
    const time = { startTimeUnixNano: toNanos(this.#startedAt), timeUnixNano: toNanos(now) };
    return Array.from(this.#instruments.values(), ({ name, unit, type, series }) => {
      const all = [...series.values()];
      if (type === "counter") {
        const dataPoints = all.map(({ attributes, sum }) => ({
          attributes: toKeyValues(attributes),
          ...time,
          asInt: String(sum),
        }));
        return {
          name,
          unit,
          sum: { dataPoints, aggregationTemporality: CUMULATIVE, isMonotonic: true },
        };
      }
      const dataPoints = all.map(({ attributes, sum, count, buckets }) => ({
        attributes: toKeyValues(attributes),
        ...time,
        sum,
        count: String(count),
        bucketCounts: buckets.map(String),
        explicitBounds: BOUNDS,
      }));
      return { name, unit, histogram: { dataPoints, aggregationTemporality: CUMULATIVE } };
    });
  }

  #record(name: string, value: number, attributes: Attributes): void {
    const series = this.#seriesOf({ name, unit: "s", type: "histogram" }, attributes);
    series.sum += value;
    series.count += 1;
    const found = BOUNDS.findIndex((bound) => value <= bound);
    const at = found === -1 ? BOUNDS.length : found;
    series.buckets[at] = (series.buckets[at] ?? 0) + 1;
  }

  #count(name: string, value: number, attributes: Attributes): void {
    this.#seriesOf({ name, unit: "{token}", type: "counter" }, attributes).sum += value;
  }

  #seriesOf(kind: Omit<Instrument, "series">, attributes: Attributes): Series {
    const instrument = this.#instruments.get(kind.name) ?? { ...kind, series: new Map<string, Series>() };
    this.#instruments.set(kind.name, instrument);
    const key = JSON.stringify(attributes);
    const known = instrument.series.get(key);
    if (known) return known;
    const series = { attributes, sum: 0, count: 0, buckets: [...BOUNDS.map(() => 0), 0] };
    instrument.series.set(key, series);
    return series;
  }
}

function seconds(from: number, to: number): number {
  return Math.max(0, to - from) / 1_000;
}
