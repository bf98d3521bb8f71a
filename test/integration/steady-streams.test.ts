import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { describe, expect, test } from "vitest";

import { text } from "../../src/demo/build-reply.ts";
import { startUpstream } from "../upstream/start-upstream.ts";
import { user } from "./ask.ts";
import { serveTurnpike, type ServingTurnpike } from "./run-turnpike.ts";
import { API_KEY, makeFolder } from "./start-turnpike.ts";
import { HEAVY_INPUTS, ORDINARY, type HeavyInput } from "./steady/heavy-inputs.ts";
import { OtherProcess } from "./steady/other-process.ts";
import type { Sent, SendRequest } from "./steady/send-body.ts";
import type { Watched, WatchRequest } from "./steady/watch-health.ts";

const MOST_SLOWER = 1.5;
/** For an answer of `/health/live`, and for the server's thread to be held up. */
const MOST_MS = 100;
/** Where the server has waited longer for a processor, times say nothing about the server. */
const MOST_LATE_MS = 20;
/** Hot turns in a row, quiet or not. */
const TURNS = 7;
/** What holds up others does so each time; what else the machine has to do does not. */
const ATTEMPTS = 4;

const MEASURE_WORK = pathToFileURL(join(import.meta.dirname, "steady", "measure-work.mjs")).href;

/**
 * The server is a process of its own, and so are the one who sends and the one who watches. A machine that has more to do than it can
 * never shows what the server does: then the test is skipped, and says so.
 */
describe.runIf(process.platform === "linux")("whatever another client sends, others are served", () => {
  for (const [group, inputs] of Object.entries(HEAVY_INPUTS)) {
    test(group, { timeout: 600_000 }, async ({ skip }) => {
      const bed = await makeBed();
      const busy: string[] = [];
      for (const [name, make] of Object.entries(inputs)) {
        const found: Figures[] = [];
        while (found.length < ATTEMPTS && !found.some(isSteady)) found.push(await bed.measure(name, make()));
        const figures = `${name}: ${found.map(describeFigures).join("; ")}`;
        if (process.env["TURNPIKE_TEST_FIGURES"]) process.stderr.write(`${figures}\n`);
        if (found.some(isSteady)) continue;
        const isQuiet = found.some(({ lateMs }) => lateMs <= MOST_LATE_MS);
        if (isQuiet) expect.fail(figures);
        busy.push(figures);
      }
      if (busy.length > 0) skip(`the machine is too busy to tell: ${busy.join(" | ")}`);
    });
  }
});

interface Figures {
  /** The median of the hot turns meanwhile, by that of those before and after: alone, or beside ordinary turns. */
  readonly slower: number;
  readonly liveMs: number;
  readonly heldMs: number;
  readonly lateMs: number;
}

function isSteady({ slower, liveMs, heldMs }: Figures): boolean {
  return slower <= MOST_SLOWER && liveMs <= MOST_MS && heldMs <= MOST_MS;
}

function describeFigures({ slower, liveMs, heldMs, lateMs }: Figures): string {
  return `${slower.toFixed(2)} ×, live ${liveMs.toFixed(0)} ms, held up ${heldMs} ms, the machine ${lateMs} ms late`;
}

async function makeBed() {
  const upstream = await startUpstream();
  const folder = await makeFolder();
  const server = await serveTurnpike({
    folder,
    upstream,
    environment: { NODE_OPTIONS: `--import=${MEASURE_WORK}` },
  });
  const sender = await OtherProcess.start<SendRequest, Sent>("send-body.ts");
  const watcher = await OtherProcess.start<WatchRequest, Watched>("watch-health.ts");
  let looks = 0;
  const look = async () => {
    looks += 1;
    server.kill("SIGUSR2");
    const said = await server.untilSays(new RegExp(`Held up ${looks}: (\\d+) ms, late (\\d+) ms`));
    const { slowestMs } = await watcher.ask({ url: `${server.url}/health/live` });
    return { liveMs: slowestMs, heldMs: Number(said[1]), lateMs: Number(said[2]) };
  };
  const hotTurn = async () => {
    const startedAt = performance.now();
    const answer = await server.ask(
      { model: "haiku", messages: [user("hot")] },
      { "x-conversation-id": "hot" },
    );
    expect(answer.status).toBe(200);
    await answer.text();
    return performance.now() - startedAt;
  };
  const hotTurns = async (isOver: (count: number) => boolean) => {
    const took: number[] = [];
    while (!isOver(took.length)) took.push(await hotTurn());
    return took;
  };
  const turnsAlone = () => hotTurns((count) => count === TURNS);
  /** Hot turns while another client sends: once, or until there is enough to compare. */
  const turnsBeside = async (name: string, { path, body, status }: HeavyInput, isOnce: boolean) => {
    const file = join(folder, "body.json");
    writeFileSync(file, body);
    const request = { url: `${server.url}${path}`, headers: { authorization: `Bearer ${API_KEY}` }, file };
    const turns = { count: 0 };
    const isEnough = () => turns.count >= TURNS;
    let isOver = false;
    const sending = (async () => {
      for (let isDone = false; !isDone; isDone = isOnce || isEnough()) {
        const got = await sender.ask(request);
        expect(got, `${name}: ${got.answer.slice(0, 300)}`).toMatchObject({ status });
      }
    })().finally(() => {
      isOver = true;
    });
    const took = await hotTurns((count) => {
      turns.count = count;
      return isEnough() && (isOver || !isOnce);
    });
    await sending;
    return took;
  };
  upstream.respondWith(text("ok"));
  await turnsAlone();

  return {
    async measure(name: string, input: HeavyInput): Promise<Figures> {
      const { reply = text("ok"), isMeasuredByTurns } = input;
      const compared = () =>
        isMeasuredByTurns ? turnsBeside("an ordinary turn", ORDINARY, false) : turnsAlone();

      await untilNothingStarts(server);
      const before = await compared();
      await untilNothingStarts(server);
      await look();
      upstream.respondWith((request) => (request.body.model.includes("haiku") ? text("ok") : reply));
      const during = await turnsBeside(name, input, input.reply !== undefined);
      const looked = await look();
      upstream.respondWith(text("ok"));
      await untilNothingStarts(server);
      const after = await compared();
      return { ...looked, slower: median(during) / median([...before, ...after]) };
    },
  };
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((left, right) => left - right)[Math.floor(numbers.length / 2)] ?? Infinity;
}

/** A Claude Code process that starts takes a core. */
async function untilNothingStarts(server: ServingTurnpike): Promise<void> {
  const spares = async () => {
    const report = await (await server.fetch("/health/ready")).json();
    // Proof: the server reports so.
    const { spares: state } = report as { spares: { ready: number; limit: number } };
    return state.limit - state.ready;
  };
  await expect.poll(spares, { timeout: 180_000 }).toBe(0);
}
