/** What the variables of OpenTelemetry say. https://opentelemetry.io/docs/specs/otel/protocol/exporter/ */
export interface OtlpSettings {
  /** Absent: none are sent. */
  readonly tracesUrl?: string;
  readonly metricsUrl?: string;
  readonly tracesHeaders: Headers;
  readonly metricsHeaders: Headers;
  readonly timeoutMs: number;
  readonly metricIntervalMs: number;
  /** Attributes of everything that is sent. */
  readonly resource: Readonly<Record<string, string>>;
}

type Headers = Readonly<Record<string, string>>;
type Signal = "TRACES" | "METRICS";
type Environment = Readonly<Record<string, string | undefined>>;

/** Undefined when nothing is to be sent. */
export function readOtlpSettings(environment: Environment): OtlpSettings | undefined {
  if (environment["OTEL_SDK_DISABLED"]?.toLowerCase() === "true") return undefined;
  const tracesUrl = urlFor("TRACES", "v1/traces", environment);
  const metricsUrl = urlFor("METRICS", "v1/metrics", environment);
  if (tracesUrl === undefined && metricsUrl === undefined) return undefined;
  const attributes = readPairs(environment["OTEL_RESOURCE_ATTRIBUTES"]);
  const name = environment["OTEL_SERVICE_NAME"] || attributes["service.name"] || "turnpike";
  return {
    ...(tracesUrl !== undefined && { tracesUrl }),
    ...(metricsUrl !== undefined && { metricsUrl }),
    tracesHeaders: headersFor("TRACES", environment),
    metricsHeaders: headersFor("METRICS", environment),
    timeoutMs: numberOf(environment["OTEL_EXPORTER_OTLP_TIMEOUT"], 10_000),
    metricIntervalMs: numberOf(environment["OTEL_METRIC_EXPORT_INTERVAL"], 60_000),
    resource: { ...attributes, "service.name": name },
  };
}

/** A collector that is to be spoken to in another way than over HTTP, by its signal or for both. */
export function asksForGrpc(environment: Environment): boolean {
  return ["TRACES_", "METRICS_", ""].some(
    (signal) => environment[`OTEL_EXPORTER_OTLP_${signal}PROTOCOL`]?.toLowerCase() === "grpc",
  );
}

/** Those of one signal stand in place of the common ones. */
function headersFor(signal: Signal, environment: Environment): Headers {
  const own = environment[`OTEL_EXPORTER_OTLP_${signal}_HEADERS`];
  return readPairs(own || environment["OTEL_EXPORTER_OTLP_HEADERS"]);
}

function urlFor(signal: Signal, path: string, environment: Environment): string | undefined {
  if (environment[`OTEL_${signal}_EXPORTER`]?.toLowerCase() === "none") return undefined;
  const own = environment[`OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`];
  if (own) return own;
  const common = environment["OTEL_EXPORTER_OTLP_ENDPOINT"];
  return common ? `${common.replace(/\/$/, "")}/${path}` : undefined;
}

/** `key=value,key=value`, the values percent-encoded. */
function readPairs(text: string | undefined): Readonly<Record<string, string>> {
  const pairs = (text ?? "").split(",").flatMap((pair): readonly (readonly [string, string])[] => {
    const at = pair.indexOf("=");
    if (at <= 0) return [];
    return [[pair.slice(0, at).trim(), decode(pair.slice(at + 1).trim())]];
  });
  return Object.fromEntries(pairs);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function numberOf(text: string | undefined, otherwise: number): number {
  return text !== undefined && /^\d+$/.test(text) && Number(text) > 0 ? Number(text) : otherwise;
}
