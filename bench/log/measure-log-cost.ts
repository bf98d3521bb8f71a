import type { ConversationId, PrincipalId, TurnId } from "../../src/core/words/ids.ts";
import { SILENT_LOGGER } from "../../src/core/ports/logger.ts";
import type { CleanUp } from "../../src/lib/clean-up.ts";
import { delay } from "../../src/lib/time.ts";
import { describeRequest } from "../../src/service/request-log/describe-request.ts";
import { RequestLogWriter } from "../../src/service/request-log/request-log-writer.ts";
import type { RequestRecord } from "../../src/service/turns/request-record.ts";
import { openRequestLog } from "../../src/store/request-log/open-request-log.ts";
import { type ComparedRow, comparedRow } from "../against/compared-row.ts";
import type { BenchOptions } from "../bench-options.ts";
import { alternate } from "../measure/alternate.ts";

/** A batch as hot turns make it, one after the other. */
const BATCH = 10;
/**
 * Batch after batch, so that the processor has in its caches what it needs: the work itself. And with the pauses that there are
 * between turns, after which memory is slower, on some machines many times.
 */
const PACES = [
  { title: "On record, without pauses", batches: 20, everyMs: 0, most: 0.3 },
  { title: "On record, a turn every 50 ms", batches: 2, everyMs: 50 },
] as const;

interface Worked {
  readonly mainThreadMs: number;
  readonly allThreadsMs: number;
}

/**
 * What the server computes to put a turn on record, in a log with so many rows: here in this process, without the turns themselves,
 * whose own work differs from one to the next by more.
 */
export async function measureLogCost(
  file: string,
  { samples, isSmoke }: Pick<BenchOptions, "samples" | "isSmoke">,
  cleanUp: CleanUp,
): Promise<readonly ComparedRow[]> {
  const log = await openRequestLog({ type: "sqlite", file });
  cleanUp.defer(() => log.close());
  const writer = new RequestLogWriter(log, SILENT_LOGGER);
  const rows: ComparedRow[] = [];
  for (const { title, batches, everyMs, ...limited } of PACES) {
    const work = (isOnRecord: boolean) => () =>
      measure(batches, async () => {
        for (let turn = 0; turn < BATCH; turn += 1) {
          if (everyMs > 0) await delay(everyMs);
          const { record, end } = finishedTurn();
          if (isOnRecord) writer.add(describeRequest(record, end));
        }
        await writer.flush();
      });
    const { own, other } = await alternate(
      { counted: samples, warmUps: isSmoke ? 0 : 2 },
      { own: work(true), other: work(false) },
    );
    const row = (what: string, part: keyof Worked, most?: number) => {
      const each = (sides: readonly Worked[]) => sides.map((side) => [side[part]]);
      const limit = { type: "difference", ...(most !== undefined && { most }) } as const;
      return comparedRow(
        { profile: "", title, what, unit: "ms", limit },
        { own: each(own), other: each(other) },
      );
    };
    const most = "most" in limited ? limited.most : undefined;
    rows.push(
      row("CPU of the main thread for a turn", "mainThreadMs", most),
      row("CPU of all threads for a turn", "allThreadsMs"),
    );
  }
  return rows;
}

async function measure(batches: number, write: () => Promise<void>): Promise<Worked> {
  const thread = process.threadCpuUsage();
  const all = process.cpuUsage();
  for (let batch = 0; batch < batches; batch += 1) await write();
  return {
    mainThreadMs: inMs(process.threadCpuUsage(thread)) / (batches * BATCH),
    allThreadsMs: inMs(process.cpuUsage(all)) / (batches * BATCH),
  };
}

function inMs({ user, system }: NodeJS.CpuUsage): number {
  return (user + system) / 1_000;
}

let count = 0;

/** A request of one of many conversations and keys that has just been answered. */
function finishedTurn(): {
  readonly record: RequestRecord;
  readonly end: Parameters<typeof describeRequest>[1];
} {
  count += 1;
  const now = Date.now();
  // Proof for the casts: nothing here looks into ids.
  const turnId = `turn_bench_${count}` as TurnId;
  const conversationId = `conv_bench_${count % 100}` as ConversationId;
  const usage = {
    inputTokens: 10,
    cacheReadTokens: 8_000,
    cacheWriteTokens: 300,
    outputTokens: 200,
    reasoningTokens: 0,
  };
  const record: RequestRecord = {
    requestId: `req_bench_${process.pid}_${count}`,
    startedAt: now - 45,
    principalId: `key_${count % 20}` as PrincipalId,
    client: "bench/1",
    model: "sonnet",
    turnId,
    conversationId,
    placement: "hot",
    firstTokenAt: now - 20,
    turns: [
      {
        turnId,
        protocol: "chat-completions",
        profile: "chat",
        modelId: "chat/sonnet",
        model: "sonnet",
        askedAt: now - 45,
        queuedMs: 0,
        placedMs: 1,
        startedAt: now - 44,
        firstTokenAt: now - 20,
        endedAt: now,
        placement: "hot",
        conversationId,
        use: { usage, costUsd: 0.01 },
        activities: [],
        calls: [],
      },
    ],
  };
  return { record, end: { route: "/v1/chat/completions", status: 200, endedAt: now, isClientGone: false } };
}
