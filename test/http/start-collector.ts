import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";

export interface ToldSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly { readonly key: string; readonly value: Record<string, unknown> }[];
  readonly status: { readonly code: number };
}

export interface ToldMetric {
  readonly name: string;
  readonly unit: string;
  readonly sum?: { readonly dataPoints: readonly { readonly asInt: string }[] };
  readonly histogram?: {
    readonly dataPoints: readonly { readonly count: string; readonly bucketCounts: readonly string[] }[];
  };
}

/** What takes traces and metrics over OTLP, in JSON, and keeps what it was told. */
export class Collector {
  readonly #server = createServer((request, response) => {
    let text = "";
    request.setEncoding("utf8").on("data", (piece: string) => (text += piece));
    request.on("end", () => {
      this.headers.push(request.headers);
      if (this.isDown) return void response.writeHead(503).end();
      this.bodies.push(text);
      response.writeHead(200, { "content-type": "application/json" }).end("{}");
    });
  });
  readonly bodies: string[] = [];
  readonly headers: IncomingHttpHeaders[] = [];
  isDown = false;

  async start(): Promise<string> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("A TCP server has a port");
    return `http://127.0.0.1:${address.port}`;
  }

  get spans(): readonly ToldSpan[] {
    return this.#read("resourceSpans", "scopeSpans", "spans") as readonly ToldSpan[];
  }

  /** As they were told last. */
  get metrics(): readonly ToldMetric[] {
    return this.#read("resourceMetrics", "scopeMetrics", "metrics") as readonly ToldMetric[];
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  #read(resources: string, scopes: string, items: string): readonly unknown[] {
    return this.bodies.flatMap((text) => {
      const body: Record<string, Record<string, Record<string, unknown[]>[]>[]> = JSON.parse(text);
      return (body[resources] ?? []).flatMap((one) =>
        (one[scopes] ?? []).flatMap((scope) => scope[items] ?? []),
      );
    });
  }
}

/** The attributes of a span by name, numbers as numbers. */
export function attributesOf({ attributes }: Pick<ToldSpan, "attributes">): Record<string, unknown> {
  return Object.fromEntries(
    attributes.map(({ key, value }) => [
      key,
      "intValue" in value ? Number(value["intValue"]) : Object.values(value)[0],
    ]),
  );
}
