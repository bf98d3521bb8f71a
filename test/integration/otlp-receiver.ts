import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

/** An OTLP receiver of others', with the protocol's own protobuf definitions. */
const RECEIVER = join(import.meta.dirname, "../tools/node_modules/@elastic/mockotlpserver");

/** Why there is none. */
export const NO_RECEIVER = existsSync(RECEIVER) ? undefined : "`npm ci --prefix test/tools` installs it";

export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  /** As the enumerations of the definitions are called. */
  readonly kind: string;
  readonly attributes: Attributes;
  readonly status: { readonly code?: string };
}

export interface ReceivedMetric {
  readonly name: string;
  readonly unit: string;
  readonly sum?: { readonly isMonotonic: boolean; readonly dataPoints: readonly ReceivedPoint[] };
  readonly histogram?: { readonly dataPoints: readonly ReceivedPoint[] };
}

export interface ReceivedPoint {
  readonly attributes: Attributes;
  readonly asInt?: string;
  readonly count?: string;
  readonly sum?: number;
  readonly bucketCounts?: readonly string[];
  readonly explicitBounds?: readonly number[];
}

type Attributes = Readonly<Record<string, string | number | boolean>>;
type Body = Readonly<Record<string, unknown>>;

interface MessageType {
  fromObject(body: Body): object;
  verify(message: object): string | null;
  encode(message: object): { finish(): Uint8Array };
  decode(bytes: Uint8Array): object;
  toObject(message: object, options: object): Body;
}

interface Receiver {
  start(): Promise<void>;
  close(): Promise<void>;
  readonly httpUrl: URL;
}

/** Starts the receiver; what it is sent is held to the definitions when it is asked for. */
export async function startReceiver() {
  const require = createRequire(import.meta.url);
  // Proof for the casts: as its documentation and its sources have it; it brings no types for them.
  const { MockOtlpServer, normalizeTrace, normalizeMetrics } = require(RECEIVER) as {
    readonly MockOtlpServer: new (options: object) => Receiver;
    readonly normalizeTrace: (body: object) => {
      readonly resourceSpans: readonly {
        readonly resource: { readonly attributes: Attributes };
        readonly scopeSpans: readonly { readonly spans: readonly ReceivedSpan[] }[];
      }[];
    };
    readonly normalizeMetrics: (body: object) => {
      readonly resourceMetrics: readonly {
        readonly scopeMetrics: readonly { readonly metrics: readonly ReceivedMetric[] }[];
      }[];
    };
  };
  const { getProtoRoot } = require(join(RECEIVER, "lib/proto.js")) as {
    getProtoRoot(): { lookupType(name: string): MessageType };
  };
  const typeOf = (name: string) =>
    getProtoRoot().lookupType(`opentelemetry.proto.collector.${name}ServiceRequest`);
  const traces: Body[] = [];
  const metrics: Body[] = [];
  const server = new MockOtlpServer({
    services: ["http"],
    httpHostname: "127.0.0.1",
    httpPort: 0,
    logLevel: "fatal",
    onTrace: (body: Body) => traces.push(body),
    onMetrics: (body: Body) => metrics.push(body),
  });
  await server.start();
  return {
    url: server.httpUrl.origin,
    close: () => server.close(),
    /** All spans so far, as the definitions read them, and the attributes of the resource that sent them first. */
    readSpans() {
      const read = traces.map((body) =>
        normalizeTrace(throughProtobuf(typeOf("trace.v1.ExportTrace"), body)),
      );
      const resources = read.flatMap(({ resourceSpans }) => resourceSpans);
      return {
        spans: resources.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)),
        resource: resources[0]?.resource.attributes ?? {},
      };
    },
    /** As they were told last. */
    readMetrics(): readonly ReceivedMetric[] {
      const last = metrics.at(-1);
      if (!last) return [];
      const { resourceMetrics } = normalizeMetrics(throughProtobuf(typeOf("metrics.v1.ExportMetrics"), last));
      return resourceMetrics.flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics));
    },
  };
}

/**
 * The message that a body in JSON stands for, encoded and decoded again.
 * @throws Error when the definitions have no place for something in it, or another type
 */
function throughProtobuf(type: MessageType, body: Body): object {
  const message = type.fromObject(mapIds(body, (hex) => Buffer.from(hex, "hex").toString("base64")) as Body);
  const problem = type.verify(message);
  if (problem !== null) throw new Error(`OTLP has it otherwise: ${problem}`);
  const decoded = type.decode(type.encode(message).finish());
  const again = mapIds(type.toObject(decoded, { longs: String, bytes: String }), (base64) =>
    Buffer.from(base64, "base64").toString("hex"),
  );
  if (JSON.stringify(sorted(again)) !== JSON.stringify(sorted(body))) {
    throw new Error(`OTLP has no place for some of ${JSON.stringify(body)}; it is ${JSON.stringify(again)}`);
  }
  return decoded;
}

/** In JSON, OTLP writes ids in hexadecimal, and Protocol Buffers other bytes in base64. */
function mapIds(value: unknown, map: (id: string) => string, name = ""): unknown {
  if (typeof value === "string") return /^(trace|span|parentSpan)Id$/.test(name) ? map(value) : value;
  if (Array.isArray(value)) return value.map((each) => mapIds(each, map));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, of]) => [key, mapIds(of, map, key)]));
}

/** With the names of objects in order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(entries.map(([key, of]) => [key, sorted(of)]));
}
