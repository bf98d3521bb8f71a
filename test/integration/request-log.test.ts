import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, onTestFinished, test, vi } from "vitest";
import { WebSocket } from "ws";

import { reply, text, textBlock } from "../../src/demo/build-reply.ts";
import { Gate } from "../../src/demo/gate.ts";
import type { OverviewBody } from "../../src/protocols/admin/format-overview.ts";
import type { RequestBody, RequestPageBody } from "../../src/protocols/admin/format-request.ts";
import { ControlClient, readText } from "../../src/cli/daemon/control-client.ts";
import { findControlAddress } from "../../src/config/data-folder/control-address.ts";
import { attributesOf, Collector } from "../http/start-collector.ts";
import { startUpstream } from "../upstream/start-upstream.ts";
import { user } from "./ask.ts";
import { Daemon } from "./run-daemon.ts";
import { API_KEY, makeFolder } from "./start-turnpike.ts";
import { waitFor } from "../wait-for.ts";

vi.setConfig({ testTimeout: 120_000 });

/** Stands in every prompt and every answer. */
const MARKER = "xylophone-7731";

interface UsageBody {
  readonly total: Readonly<Record<string, number>>;
}

/** One response over a WebSocket. */
async function askOnSocket(url: string, body: object): Promise<void> {
  const socket = new WebSocket(`${url.replace("http", "ws")}/v1/responses`, {
    headers: { authorization: `Bearer ${API_KEY}` },
  });
  const ended = new Promise<void>((resolve, reject) => {
    socket.on("error", reject);
    socket.on("message", (data) => {
      if (JSON.parse(String(data)).type === "response.completed") resolve();
    });
  });
  socket.once("open", () => socket.send(JSON.stringify({ type: "response.create", ...body })));
  await ended;
  socket.close();
}

test("turns of every protocol are on record once, with the sums of the log, the overview and turnpike usage; no word of them is", async () => {
  const upstream = await startUpstream();
  upstream.respondWith(() => text(`The ${MARKER} plays.`));
  const collector = new Collector();
  const endpoint = await collector.start();
  onTestFinished(() => collector.close());
  const daemon = new Daemon({
    folder: await makeFolder(),
    upstream,
    environment: { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint },
  });
  const started = await daemon.run("start", "--api-key", API_KEY);
  expect(started, started.stderr).toMatchObject({ code: 0 });
  const { url } = await daemon.status();
  const control = new ControlClient(findControlAddress(daemon.dataDir) ?? "");
  const page = () => control.get<RequestPageBody>("/admin/api/requests?limit=1000");

  const prompt = `Play the ${MARKER}.`;
  const ask = async (path: string, body: object) => {
    const response = await daemon.ask(url, path, body);
    const answer = await response.text();
    expect(response.status, answer).toBe(200);
    return answer;
  };
  // One process serves all of it: each goes on with the one conversation.
  await ask("/v1/chat/completions", { model: "sonnet:one", messages: [user(prompt)] });
  await ask("/v1/chat/completions", { model: "sonnet:one", messages: [user(prompt)], stream: true });
  await ask("/v1/messages", { model: "sonnet:one", max_tokens: 100, messages: [user(prompt)] });
  await ask("/v1/responses", { model: "sonnet:one", input: prompt });
  await askOnSocket(url, { model: "sonnet:one", input: prompt });
  await ask("/v1/completions", { model: "sonnet", prompt });
  const background: { id: string } = JSON.parse(
    await ask("/v1/responses", { model: "sonnet:one", input: prompt, background: true }),
  );
  const refused = await daemon.ask(url, "/v1/chat/completions", { model: "sonnet", messages: [] });
  expect(refused.status).toBe(400);
  await waitFor(async () => expect((await page()).data).toHaveLength(8));

  const { data } = await page();
  expect(data.map(({ route, error, turns }) => [route, error, turns]).toSorted()).toEqual(
    [
      ["POST /v1/chat/completions", null, 1],
      ["POST /v1/chat/completions", null, 1],
      ["POST /v1/chat/completions", "invalid-request", 0],
      ["POST /v1/completions", null, 1],
      ["POST /v1/messages", null, 1],
      ["POST /v1/responses", null, 1],
      ["POST /v1/responses", null, 1],
      ["WEBSOCKET /v1/responses", null, 1],
    ].toSorted(),
  );
  const withTurns = data.filter(({ turns }) => turns > 0);
  for (const request of withTurns) {
    expect(request).toMatchObject({
      status: 200,
      principal: expect.stringMatching(/^key_/),
      profile: "chat",
      claude_model: "sonnet",
      placement: expect.stringMatching(/hot|spare|cold/),
      queue_ms: expect.any(Number),
      process_ms: expect.any(Number),
      first_token_ms: expect.any(Number),
    });
    expect(request.output_tokens).toBeGreaterThan(0);
    expect(request.cost_usd).toBeGreaterThan(0);
  }
  const protocols = withTurns.map(({ protocol }) => protocol).toSorted();
  expect([...new Set(protocols)]).toEqual(["chat-completions", "completions", "messages", "responses"]);
  // Of a response in the background the entry has the turn that ran after its answer.
  const shown = await control.get<RequestBody>(`/admin/api/requests/${background.id}`);
  expect(shown).toMatchObject({ route: "POST /v1/responses", turns: 1 });

  // Prometheus reads the same sums; over the network only with a role.
  const closed = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${API_KEY}` } });
  expect(closed.status).toBe(403);
  let metrics = "";
  for await (const piece of readText(await control.open("GET", "/metrics"))) metrics += piece;
  const metricOf = (pattern: RegExp) =>
    [...metrics.matchAll(pattern)].reduce((all, [, value]) => all + Number(value), 0);
  const total = (name: "output_tokens" | "cost_usd") =>
    withTurns.reduce((all, request) => all + request[name], 0);
  expect(metricOf(/^turnpike_tokens_total\{.*type="output"\} (.*)$/gm)).toBe(total("output_tokens"));
  expect(metricOf(/^turnpike_cost_usd_total\{.*\} (.*)$/gm)).toBeCloseTo(total("cost_usd"));
  expect(metricOf(/^turnpike_turns_total\{.*state="completed"\} (.*)$/gm)).toBe(7);
  expect(metricOf(/^turnpike_errors_total\{kind="invalid-request"\} (.*)$/gm)).toBe(1);
  expect(metricOf(/^turnpike_first_token_seconds_count\{placement="hot"\} (.*)$/gm)).toBeGreaterThan(0);
  expect(metrics).toMatch(/^turnpike_sessions\{state="idle"\} 1$/m);
  expect(metrics).not.toMatch(/key_|tester|conv_|sk-ant|tp-test/);
  expect(metrics).not.toContain(MARKER);

  const sumOf = (name: "output_tokens" | "input_tokens" | "cost_usd") =>
    withTurns.reduce((all, request) => all + request[name], 0);
  const overview = await control.get<OverviewBody>("/admin/api/overview?range=1h");
  expect(overview.total).toMatchObject({
    requests: 8,
    turns: 7,
    failures: 1,
    output_tokens: sumOf("output_tokens"),
  });
  const log = (await daemon.readLog()).split("\n").filter((line) => line.includes('"usage"'));
  const told = log.map((line): { event: string; usage: { outputTokens: number } } => JSON.parse(line));
  expect(told.reduce((all, { usage }) => all + usage.outputTokens, 0)).toBe(sumOf("output_tokens"));
  // Turns without a conversation, as of /v1/completions, have no record but this one.
  const usage = await daemon.json<UsageBody>("usage");
  const alone = withTurns.find(({ protocol }) => protocol === "completions");
  expect(usage.total).toMatchObject({
    requests: 6,
    output_tokens: sumOf("output_tokens") - (alone?.output_tokens ?? 0),
  });
  expect(usage.total["cost_usd"]).toBeCloseTo(sumOf("cost_usd") - (alone?.cost_usd ?? 0));

  // What a turn has used whose client leaves in its middle is told where it is added up, too.
  const gate = new Gate();
  upstream.respondWith([reply({ blocks: [textBlock("", { chunks: [`The ${MARKER}`, gate, " plays."] })] })]);
  const leaving = new AbortController();
  const left = fetch(`${url}/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${API_KEY}`, "content-type": "application/json" },
    body: JSON.stringify({ model: "sonnet:one", messages: [user(prompt)], stream: true }),
    signal: leaving.signal,
  });
  await (await left).body?.getReader().read();
  await gate.reached;
  leaving.abort();
  const cancelled = await waitFor(async () => {
    const [one] = (await control.get<RequestPageBody>("/admin/api/requests?error=cancelled")).data;
    if (!one) throw new Error("It is not on record yet.");
    return one;
  });
  gate.release();
  const [counted] = (await daemon.json<{ data: Record<string, number>[] }>("usage")).data;
  const before = usage.total["input_tokens"] ?? 0;
  expect(counted?.["input_tokens"]).toBe(before + cancelled.input_tokens);
  upstream.respondWith(() => text(`The ${MARKER} plays.`));

  // One that ends as the server is told to stop is on record, too.
  await ask("/v1/chat/completions", { model: "sonnet:one", messages: [user(prompt)] });
  expect(await daemon.run("stop")).toMatchObject({ code: 0 });
  // What it had to tell a collector is told by then.
  const turns = collector.spans.filter(({ name }) => name === "invoke_agent chat");
  expect(turns).toHaveLength(9);
  expect(collector.spans.filter(({ parentSpanId }) => parentSpanId === undefined)).toHaveLength(10);
  expect(attributesOf(turns[0] ?? { attributes: [] })).toMatchObject({
    "gen_ai.request.model": "sonnet",
    "gen_ai.conversation.id": expect.stringMatching(/^conv_/),
  });
  expect(collector.metrics.map(({ name }) => name)).toContain("gen_ai.invoke_agent.duration");
  expect(collector.bodies.join("")).not.toContain(MARKER);
  const exported = await daemon.run("requests", "export");
  expect(exported.stdout.trim().split("\n")).toHaveLength(10);

  const files = (await readdir(daemon.dataDir)).filter((name) => /^(requests\.db|server\.log)/.test(name));
  expect(files).toContain("requests.db");
  for (const name of files)
    expect(await readFile(join(daemon.dataDir, name), "latin1")).not.toContain(MARKER);
  expect(exported.stdout).not.toContain(MARKER);
});
