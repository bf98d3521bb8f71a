import { afterAll, beforeAll, expect, test } from "vitest";

import { SILENT_LOGGER } from "../../src/core/ports/logger.ts";
import { openTelemetry } from "../../src/observability/telemetry/open-telemetry.ts";
import { readOtlpSettings } from "../../src/observability/telemetry/read-otlp-settings.ts";
import type { Telemetry } from "../../src/observability/telemetry/telemetry.ts";
import {
  CHAT_PATH,
  JSON_HEADERS,
  type ScriptedServer,
  startScriptedServer,
  TURN_END,
  turnStart,
} from "./scripted-server.ts";
import { attributesOf, Collector } from "./start-collector.ts";
import { waitFor } from "../wait-for.ts";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const PARENT = "b7ad6b7169203331";

const collector = new Collector();
let endpoint: string;
let server: ScriptedServer;
let telemetry: Telemetry | undefined;

beforeAll(async () => {
  endpoint = await collector.start();
  telemetry = await openTelemetry(
    {
      OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
      OTEL_EXPORTER_OTLP_HEADERS: "x-team=a%20b",
      OTEL_RESOURCE_ATTRIBUTES: "deployment.environment.name=test",
    },
    { version: "1.2.3", logger: SILENT_LOGGER },
  );
  server = await startScriptedServer(
    async function* (request) {
      yield { ...turnStart(request), queuedMs: 4 };
      yield {
        type: "activity-start",
        activityId: "toolu_1",
        name: "Bash",
        input: { command: "secret words" },
      };
      yield { type: "activity-end", activityId: "toolu_1", isError: true, output: "secret words" };
      yield { type: "text-delta", text: "secret words" };
      yield TURN_END;
    },
    { hearRequest: (entry, course) => telemetry?.hearRequest(entry, course) },
  );
});
afterAll(async () => {
  await server.close();
  await collector.close();
});

async function ask(headers: Record<string, string> = {}): Promise<void> {
  const answer = await fetch(`${server.url}${CHAT_PATH}`, {
    method: "POST",
    headers: { ...JSON_HEADERS, ...headers },
    body: JSON.stringify({ model: "sonnet", messages: [{ role: "user", content: "secret words" }] }),
  });
  await answer.text();
}

test("a request is a trace of the GenAI conventions, in the trace of who asks, without a word of it", async () => {
  await ask({ traceparent: `00-${TRACE}-${PARENT}-01`, "user-agent": "tester/1.0" });
  await waitFor(() => expect(collector.spans).toHaveLength(3));
  const [request, turn, tool] = collector.spans;
  if (!request || !turn || !tool) throw new Error("There are three.");
  expect(request).toMatchObject({ traceId: TRACE, parentSpanId: PARENT, kind: 2, name: `POST ${CHAT_PATH}` });
  expect(turn).toMatchObject({
    traceId: TRACE,
    parentSpanId: request.spanId,
    kind: 1,
    name: "invoke_agent chat",
  });
  expect(tool).toMatchObject({
    traceId: TRACE,
    parentSpanId: turn.spanId,
    name: "execute_tool Bash",
    status: { code: 2 },
  });
  expect(attributesOf(request)).toMatchObject({
    "http.request.method": "POST",
    "http.route": CHAT_PATH,
    "http.response.status_code": 200,
    "user_agent.original": "tester/1.0",
  });
  expect(attributesOf(turn)).toMatchObject({
    "gen_ai.operation.name": "invoke_agent",
    "gen_ai.provider.name": "anthropic",
    "gen_ai.agent.name": "chat",
    "gen_ai.request.model": "sonnet",
    "gen_ai.conversation.id": "conv_scripted",
    "gen_ai.usage.input_tokens": 35,
    "gen_ai.usage.cache_read.input_tokens": 20,
    "gen_ai.usage.cache_write.input_tokens": 5,
    "gen_ai.usage.output_tokens": 7,
    "gen_ai.usage.reasoning.output_tokens": 3,
    "turnpike.placement": "hot",
    "turnpike.queue_ms": 4,
    "turnpike.cost_usd": 0.01,
  });
  expect(attributesOf(tool)).toMatchObject({
    "gen_ai.tool.name": "Bash",
    "gen_ai.tool.call.id": "toolu_1",
    "error.type": "tool_error",
  });
  for (const span of collector.spans) {
    expect(span.spanId).toMatch(/^[0-9a-f]{16}$/);
    expect(span.startTimeUnixNano).toMatch(/^\d{19}$/);
    expect(BigInt(span.endTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(span.startTimeUnixNano));
  }
  expect(collector.headers[0]).toMatchObject({ "x-team": "a b", "content-type": "application/json" });
  expect(collector.bodies[0]).toContain(
    '{"key":"deployment.environment.name","value":{"stringValue":"test"}}',
  );
  expect(collector.bodies[0]).toContain('{"key":"service.name","value":{"stringValue":"turnpike"}}');
});

test("who does not sample is not traced; one that sends nonsense gets a trace of its own", async () => {
  const before = collector.spans.length;
  await ask({ traceparent: `00-${TRACE}-${PARENT}-00` });
  const nonsense = ["00-nonsense", `ff-${TRACE}-${PARENT}-01`, `00-${TRACE}-${PARENT}-01-more`];
  for (const traceparent of nonsense) await ask({ traceparent });
  await waitFor(() => expect(collector.spans).toHaveLength(before + 9));
  const spans = collector.spans.slice(before);
  expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(3);
  expect(spans.filter(({ traceId }) => traceId === TRACE)).toEqual([]);
  expect(spans.filter(({ parentSpanId }) => parentSpanId === undefined)).toHaveLength(3);
  await ask({ traceparent: `01-${TRACE}-${PARENT}-01-more` });
  await waitFor(() => expect(collector.spans.at(-1)?.traceId).toBe(TRACE));
});

test("a collector that is away gets it when it is back; what is left goes out at the end, with the metrics", async () => {
  const before = collector.spans.length;
  collector.isDown = true;
  const asked = collector.headers.length;
  await ask();
  await waitFor(() => expect(collector.headers.length).toBeGreaterThan(asked));
  collector.isDown = false;
  await telemetry?.close();
  expect(collector.spans.length).toBe(before + 3);
  const metrics = new Map(collector.metrics.map((metric) => [metric.name, metric]));
  expect([...metrics.keys()].toSorted()).toEqual([
    "gen_ai.client.inference.time_to_first_chunk",
    "gen_ai.client.inference.usage.cache_read.input_tokens",
    "gen_ai.client.inference.usage.cache_write.input_tokens",
    "gen_ai.client.inference.usage.input_tokens",
    "gen_ai.client.inference.usage.output_tokens",
    "gen_ai.client.inference.usage.reasoning.output_tokens",
    "gen_ai.execute_tool.duration",
    "gen_ai.invoke_agent.duration",
  ]);
  // Those that are not sampled count all the same.
  expect(metrics.get("gen_ai.client.inference.usage.output_tokens")?.sum?.dataPoints[0]?.asInt).toBe("49");
  const [duration] = metrics.get("gen_ai.invoke_agent.duration")?.histogram?.dataPoints ?? [];
  expect(duration?.count).toBe("7");
  expect(duration?.bucketCounts).toHaveLength(15);
  expect(collector.bodies.join("")).not.toContain("secret words");
});

test("each signal may have headers of its own; a collector for gRPC is told of, since none is spoken", async () => {
  const common = { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_EXPORTER_OTLP_HEADERS: "x-team=a" };
  const own = { ...common, OTEL_EXPORTER_OTLP_METRICS_HEADERS: "x-key=b%3D" };
  expect(readOtlpSettings(own)).toMatchObject({
    tracesHeaders: { "x-team": "a" },
    metricsHeaders: { "x-key": "b=" },
  });
  const told: string[] = [];
  const logger = { ...SILENT_LOGGER, error: (event: string) => void told.push(event) };
  for (const protocol of ["grpc", "http/protobuf"]) {
    const environment = { ...common, OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: protocol };
    await (await openTelemetry(environment, { version: "1", logger }))?.close();
  }
  expect(told).toEqual(["telemetry.no-grpc"]);
});

test.each([
  [{}, undefined],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: "http://c:4318", OTEL_SDK_DISABLED: "true" }, undefined],
  [
    {
      OTEL_EXPORTER_OTLP_ENDPOINT: "http://c:4318/",
      OTEL_METRICS_EXPORTER: "none",
      OTEL_SERVICE_NAME: "mine",
    },
    { tracesUrl: "http://c:4318/v1/traces", resource: { "service.name": "mine" } },
  ],
  [
    { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "http://c/own", OTEL_EXPORTER_OTLP_TIMEOUT: "500" },
    { tracesUrl: "http://c/own", timeoutMs: 500 },
  ],
])("%j says where to", (environment, settings) => {
  const read = readOtlpSettings(environment);
  if (settings === undefined) expect(read).toBeUndefined();
  else {
    expect(read).toMatchObject(settings);
    expect(read?.metricsUrl).toBeUndefined();
  }
});
