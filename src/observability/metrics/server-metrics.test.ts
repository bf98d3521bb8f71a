import { readFile } from "node:fs/promises";

import { expect, test } from "vitest";

import { requestEntry } from "../../../test/conformance/request-fixtures.ts";
import type { HealthReport } from "../../core/ports/health.ts";
import type { TurnRun } from "../../core/words/turn-run.ts";
import { NO_USAGE } from "../../core/words/usage.ts";
import { ServerMetrics } from "./server-metrics.ts";

const HEALTH: HealthReport = {
  status: "ready",
  version: "1",
  uptimeSeconds: 1,
  engine: { name: "sdk", isLoggedIn: true, credentialSource: "test" },
  sessions: { idle: 2, busy: 1, starting: 0, limit: 8, closed: 5 },
  spares: { ready: 1, starting: 0, limit: 1 },
  turns: { running: 1, queued: 4, limit: 8, queueLimit: 100 },
  mcpServers: [],
};

function run(changes: Partial<TurnRun>): TurnRun {
  return {
    turnId: "turn_1" as never,
    state: "completed",
    principalId: "key_secret" as never,
    client: "spy/1",
    protocol: "messages",
    profile: "chat",
    modelId: "sonnet",
    model: "sonnet",
    placement: "hot",
    askedAt: 1_000,
    firstTokenAt: 1_400,
    endedAt: 2_000,
    outputTokens: 3,
    usage: { ...NO_USAGE, outputTokens: 3 },
    costUsd: 0.5,
    ...changes,
  };
}

test("turns, requests, limits and the state of the server", async () => {
  const metrics = new ServerMetrics({ health: () => HEALTH, version: "1.2.3" });
  metrics.hearTurn(run({}));
  metrics.hearTurn(run({ placement: "cold", firstTokenAt: 31_000, costUsd: 0.25 }));
  metrics.hearRequest(
    requestEntry(1, { protocol: "messages", status: 429, error: "queue-full", queueMs: 200 }),
    {},
  );
  const { text, type } = await metrics.render();
  expect(type).toMatch(/^text\/plain; version=0\.0\.4/);
  for (const line of [
    'turnpike_turns_total{protocol="messages",profile="chat",model="sonnet",placement="hot",state="completed"} 1',
    'turnpike_tokens_total{model="sonnet",type="output"} 6',
    'turnpike_cost_usd_total{profile="chat",model="sonnet"} 0.75',
    'turnpike_first_token_seconds_bucket{le="0.5",placement="hot"} 1',
    'turnpike_first_token_seconds_bucket{le="10",placement="cold"} 0',
    'turnpike_requests_total{protocol="messages",status="429"} 1',
    'turnpike_errors_total{kind="queue-full"} 1',
    'turnpike_limits_hit_total{limit="queue-full"} 1',
    'turnpike_limits_hit_total{limit="tokens-per-day"} 0',
    "turnpike_queue_seconds_sum 0.2",
    'turnpike_sessions{state="busy"} 1',
    'turnpike_spares{state="ready"} 1',
    "turnpike_sessions_closed 5",
    "turnpike_turns_queued 4",
    'turnpike_info{version="1.2.3"} 1',
  ]) {
    expect(text.split("\n")).toContain(line);
  }
  expect(text).not.toMatch(/key_secret|spy/);
});

test("the dashboard for Grafana asks for nothing that there is not", async () => {
  const file = new URL("../../../docs/grafana-dashboard.json", import.meta.url);
  const asked = (await readFile(file, "utf8")).match(/\b(turnpike|nodejs|process)_\w+(?=[[ )"])/g) ?? [];
  const { text } = await new ServerMetrics({ health: () => HEALTH, version: "1" }).render();
  const known = new Set(text.match(/(?<=^# TYPE )\S+/gm));
  expect(new Set(asked).size).toBeGreaterThan(10);
  expect(asked.filter((name) => !known.has(name.replace(/_bucket$/, "")))).toEqual([]);
});

test("names that clients choose do not make ever more series", async () => {
  const metrics = new ServerMetrics({ health: () => HEALTH, version: "1" });
  for (let count = 0; count < 5_000; count++) metrics.hearTurn(run({ model: `model-${count}` }));
  metrics.hearTurn(run({ model: "x".repeat(1_000) }));
  const { text } = await metrics.render();
  expect(text.match(/^turnpike_turns_total/gm)).toHaveLength(51);
  expect(text).toContain('model="other",placement="hot",state="completed"} 4951');
});
