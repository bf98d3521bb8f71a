import { delay } from "../../src/lib/time.ts";
import { type ComparedRow, comparedRow } from "../against/compared-row.ts";
import type { ServerPair, SideName } from "../against/server-pair.ts";
import type { BenchOptions } from "../bench-options.ts";
import { alternate } from "../measure/alternate.ts";
import { type CpuTime, readCpuTime } from "../measure/read-cpu-time.ts";
import type { TurnpikeConversation } from "../turnpike/turnpike-conversation.ts";

/** Longer than an entry waits to be written: each turn then has a batch of its own, the dearest way. */
const UNTIL_WRITTEN_MS = 700;
const TURNS = 4;
/** Of the server's main thread, for which turns wait. */
const MOST_MS = 0.3;

/** What the server computes for a turn and its record, with a request log and without one. */
export async function measureLogCost(
  pair: ServerPair,
  profile: string,
  { samples, isSmoke }: Pick<BenchOptions, "samples" | "isSmoke">,
): Promise<readonly ComparedRow[]> {
  const warmUps = isSmoke ? 0 : 2;
  const measured: Record<SideName, (readonly CpuTime[])[]> = { own: [], other: [] };
  for (let conversation = 0; conversation < warmUps + samples; conversation += 1) {
    const times = await measurePair(pair, conversation % 2 === 1);
    if (conversation < warmUps) continue;
    measured.own.push(times.own);
    measured.other.push(times.other);
  }
  const row = (what: string, part: keyof CpuTime, most?: number): ComparedRow => {
    const inMs = (side: SideName) => measured[side].map((group) => group.map((time) => time[part] / 1e6));
    return comparedRow(
      {
        profile,
        title: "A turn and its record",
        what,
        unit: "ms",
        limit: { type: "difference", ...(most !== undefined && { most }) },
      },
      { own: inMs("own"), other: inMs("other") },
    );
  };
  return [
    row("CPU of the server's main thread", "mainThread", MOST_MS),
    row("CPU of all its threads", "allThreads"),
  ];
}

async function measurePair(pair: ServerPair, isReversed: boolean) {
  const own = pair.newConversation("own", "kept");
  const other = pair.newConversation("other", "kept");
  await pair.settle();
  await own.ask(20, "spare");
  await other.ask(20, "spare");
  await pair.settle();
  const times = await alternate(
    { counted: TURNS, warmUps: 0, isReversed },
    { own: () => measureTurn(own), other: () => measureTurn(other) },
  );
  await own.forget();
  await other.forget();
  return times;
}

async function measureTurn(conversation: TurnpikeConversation): Promise<CpuTime> {
  const { serverProcessId } = conversation;
  const before = await readCpuTime(serverProcessId);
  await conversation.ask(20, "hot");
  await delay(UNTIL_WRITTEN_MS);
  const after = await readCpuTime(serverProcessId);
  return {
    mainThread: after.mainThread - before.mainThread,
    allThreads: after.allThreads - before.allThreads,
  };
}
