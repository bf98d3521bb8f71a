import { join } from "node:path";

import type { CleanUp } from "../../src/lib/clean-up.ts";
import { delay, repeat } from "../../src/lib/time.ts";
import type { BenchOptions } from "../bench-options.ts";
import { alternate } from "../measure/alternate.ts";
import { type ComparedRow, comparedRow } from "../against/compared-row.ts";
import { SETTLE_MS } from "../test-bed.ts";
import { startGateway } from "./gateway-server.ts";

interface Given extends Pick<BenchOptions, "samples" | "isSmoke"> {
  readonly program: string;
  readonly modelUrl: string;
  readonly folder: string;
  readonly logRows: number;
}

const REQUESTS = 8;
/** What its dashboard's pages ask, at least as often as they do: the overview, and the requests. */
const ASKED_AGAIN = [
  { everyMs: 10_000, path: "/api/requests/detail?limit=50" },
  { everyMs: 10_000, path: "/api/requests?limit=50" },
  { everyMs: 30_000, path: "/api/stats" },
  { everyMs: 30_000, path: "/api/analytics?range=24h" },
];

/**
 * The same with a gateway that keeps a request log, in front of the same scripted model: requests with so many on record and its
 * dashboard open, beside those with an empty log. It starts no Claude Code: a request costs it less than a turn.
 */
export async function compareGateway(given: Given, cleanUp: CleanUp): Promise<ComparedRow> {
  const { folder, logRows, samples, isSmoke } = given;
  const own = await startGateway({ ...given, folder: join(folder, "own"), rows: logRows }, cleanUp);
  const other = await startGateway({ ...given, folder: join(folder, "other"), rows: 0 }, cleanUp);
  const closing = new AbortController();
  cleanUp.defer(() => closing.abort());
  const stream = await fetch(`${own}/api/requests/stream`, { signal: closing.signal });
  void stream.text().catch(() => {});
  for (const { everyMs, path } of ASKED_AGAIN) {
    const ask = () =>
      void fetch(own + path).then(
        (answer) => answer.arrayBuffer(),
        () => {},
      );
    ask();
    const timer = repeat(everyMs, ask);
    cleanUp.defer(() => timer.cancel());
  }
  const groups: { own: number[][]; other: number[][] } = { own: [], other: [] };
  const warmUps = isSmoke ? 0 : 2;
  for (let group = 0; group < warmUps + samples; group += 1) {
    const times = await alternate(
      { counted: REQUESTS, warmUps: 0, isReversed: group % 2 === 1 },
      { own: () => measure(own), other: () => measure(other) },
    );
    if (group < warmUps) continue;
    groups.own.push([mean(times.own)]);
    groups.other.push([mean(times.other)]);
  }
  return comparedRow(
    {
      profile: "",
      title: "better-ccflare",
      what: "whole request, mean of 8",
      unit: "ms",
      limit: { type: "ratio" },
    },
    groups,
  );
}

const BODY = JSON.stringify({
  model: "claude-sonnet-4-5",
  max_tokens: 100,
  stream: true,
  messages: [{ role: "user", content: "Hello." }],
});

async function measure(url: string): Promise<number> {
  await delay(SETTLE_MS);
  const from = performance.now();
  const headers = { "content-type": "application/json", "anthropic-version": "2023-06-01" };
  const response = await fetch(`${url}/v1/messages`, { method: "POST", headers, body: BODY });
  const text = await response.text();
  if (response.status !== 200 || !text.includes("message_stop"))
    throw new Error(`The gateway answered ${response.status}: ${text.slice(0, 200)}`);
  return performance.now() - from;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
