import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, onTestFinished, test, vi } from "vitest";

import { httpError } from "../../src/demo/build-fault.ts";
import { reply, text, toolUse } from "../../src/demo/build-reply.ts";
import { startUpstream } from "../upstream/start-upstream.ts";
import { user } from "./ask.ts";
import { NO_RECEIVER, type ReceivedMetric, startReceiver } from "./otlp-receiver.ts";
import { Daemon } from "./run-daemon.ts";
import { API_KEY, makeFolder } from "./start-turnpike.ts";

vi.setConfig({ testTimeout: 120_000 });

const TITLE =
  "another's OTLP receiver reads the spans and metrics of real turns as the GenAI conventions have them";

const USAGE = ["gen_ai.operation.name", "gen_ai.provider.name", "gen_ai.token.modality"];
const INFERENCE = ["gen_ai.operation.name", "gen_ai.provider.name"];
const BOUNDS = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];

/** What the conventions v0.1.0 say of each metric that is sent: its instrument, its unit, the attributes that it must have. */
const CONVENTIONS: Readonly<Record<string, readonly ["counter" | "histogram", string, readonly string[]]>> = {
  "gen_ai.invoke_agent.duration": ["histogram", "s", ["gen_ai.operation.name"]],
  "gen_ai.execute_tool.duration": ["histogram", "s", ["gen_ai.operation.name", "gen_ai.tool.name"]],
  "gen_ai.client.inference.time_to_first_chunk": ["histogram", "s", INFERENCE],
  "gen_ai.client.inference.usage.input_tokens": ["counter", "{token}", USAGE],
  "gen_ai.client.inference.usage.output_tokens": ["counter", "{token}", USAGE],
  "gen_ai.client.inference.usage.cache_read.input_tokens": ["counter", "{token}", USAGE],
  "gen_ai.client.inference.usage.cache_write.input_tokens": ["counter", "{token}", USAGE],
  "gen_ai.client.inference.usage.reasoning.output_tokens": ["counter", "{token}", USAGE],
};

const pointsOf = ({ sum, histogram }: ReceivedMetric) => (sum ?? histogram)?.dataPoints ?? [];

if (NO_RECEIVER !== undefined && process.env["CI"] !== "true") {
  test.skip(`${TITLE} (${NO_RECEIVER})`, () => {});
} else {
  test(TITLE, async () => {
    const receiver = await startReceiver();
    onTestFinished(() => receiver.close());
    const upstream = await startUpstream();
    const folder = await makeFolder();
    const daemon = new Daemon({
      folder,
      upstream,
      environment: {
        OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
        OTEL_RESOURCE_ATTRIBUTES: "service.namespace=tests",
      },
    });
    const started = await daemon.run("start", "--api-key", API_KEY);
    expect(started, started.stderr).toMatchObject({ code: 0 });
    const { url } = await daemon.status();
    const file = join(folder, "workspace", "notes.txt");
    await writeFile(file, "Some notes.\n");

    upstream.respondWith([
      reply({ blocks: [toolUse("Read", { file_path: file })] }),
      reply({ blocks: [toolUse("Read", { file_path: `${file}.missing` })] }),
      text("Read."),
    ]);
    const path = "/v1/chat/completions";
    const asked = { model: "claude-code", messages: [user("Read the notes.")] };
    const served = await daemon.ask(url, path, asked);
    const { usage } = (await served.json()) as { usage: Readonly<Record<string, number>> };
    upstream.respondWith(httpError(400, { message: "Something is wrong with it." }));
    const failed = await daemon.ask(url, path, { model: "sonnet", messages: [user("Hello")] });
    expect([served.status, failed.status]).toEqual([200, 400]);
    expect(await daemon.run("stop")).toMatchObject({ code: 0 });

    const { spans, resource } = receiver.readSpans();
    expect(resource).toMatchObject({ "service.name": "turnpike", "service.namespace": "tests" });
    const told = spans.map(({ name, kind, status }) => [name, kind, status.code ?? "STATUS_CODE_UNSET"]);
    expect(told.map((each) => each.map((part) => part.replace(/^(SPAN_KIND|STATUS_CODE)_/, "")))).toEqual([
      [`POST ${path}`, "SERVER", "UNSET"],
      ["invoke_agent default", "INTERNAL", "UNSET"],
      ["execute_tool Read", "INTERNAL", "UNSET"],
      ["execute_tool Read", "INTERNAL", "ERROR"],
      [`POST ${path}`, "SERVER", "UNSET"],
      ["invoke_agent chat", "INTERNAL", "ERROR"],
    ]);
    const [request, turn, read, missing, refused, broken] = spans;
    expect([turn, read, missing].map((span) => span?.parentSpanId)).toEqual([
      request?.spanId,
      turn?.spanId,
      turn?.spanId,
    ]);
    expect(new Set([request, turn, read, missing].map((span) => span?.traceId)).size).toBe(1);
    expect(broken?.traceId).toBe(refused?.traceId);
    expect(refused?.traceId).not.toBe(request?.traceId);
    expect(turn?.attributes).toMatchObject({
      "gen_ai.operation.name": "invoke_agent",
      "gen_ai.provider.name": "anthropic",
      "gen_ai.agent.name": "default",
      "gen_ai.conversation.id": expect.stringMatching(/^conv_/),
      "gen_ai.usage.input_tokens": usage["prompt_tokens"],
      "gen_ai.usage.output_tokens": usage["completion_tokens"],
      "gen_ai.usage.cache_read.input_tokens": expect.any(Number),
      "gen_ai.usage.cache_write.input_tokens": expect.any(Number),
      "gen_ai.usage.reasoning.output_tokens": expect.any(Number),
      "gen_ai.response.time_to_first_chunk": expect.any(Number),
    });
    expect(read?.attributes).toMatchObject({
      "gen_ai.operation.name": "execute_tool",
      "gen_ai.tool.name": "Read",
      "gen_ai.tool.call.id": expect.any(String),
    });
    expect(missing?.attributes).toMatchObject({ "error.type": "tool_error" });
    expect(broken?.attributes).toMatchObject({ "error.type": expect.any(String) });

    const metrics = new Map(receiver.readMetrics().map((metric) => [metric.name, metric]));
    expect([...metrics.keys()].toSorted()).toEqual(Object.keys(CONVENTIONS).toSorted());
    for (const [name, [instrument, unit, required]] of Object.entries(CONVENTIONS)) {
      const metric = metrics.get(name);
      if (!metric) return expect.unreachable();
      expect([metric.unit, metric.sum?.isMonotonic], name).toEqual([
        unit,
        instrument === "counter" ? true : undefined,
      ]);
      const points = pointsOf(metric);
      expect(points.length, name).toBeGreaterThan(0);
      for (const { attributes, explicitBounds, bucketCounts = [], count } of points) {
        expect(Object.keys(attributes), name).toEqual(expect.arrayContaining([...required]));
        if (instrument !== "histogram") continue;
        expect(explicitBounds, name).toEqual(BOUNDS);
        expect(
          bucketCounts.reduce((sum, each) => sum + Number(each), 0),
          name,
        ).toBe(Number(count));
      }
    }
    const total = (name: string) =>
      pointsOf(metrics.get(`gen_ai.client.inference.usage.${name}`) ?? { name, unit: "" })
        .map(({ asInt }) => Number(asInt))
        .reduce((sum, tokens) => sum + tokens, 0);
    expect([total("input_tokens"), total("output_tokens")]).toEqual([
      usage["prompt_tokens"],
      usage["completion_tokens"],
    ]);
    const durations = pointsOf(metrics.get("gen_ai.invoke_agent.duration") ?? { name: "", unit: "" });
    expect(durations.map(({ attributes, count }) => ["error.type" in attributes, count])).toEqual([
      [false, "1"],
      [true, "1"],
    ]);
  });
}
