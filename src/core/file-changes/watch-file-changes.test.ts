import { describe, expect, test } from "vitest";

import { driveEvents } from "../../../test/engine/drive-events.ts";
import { startingTool } from "../../engines/claude/tools/starting-tool.ts";
import { nextTick } from "../../lib/time.ts";
import type { FileChange } from "../words/file-change.ts";
import type { ConversationId, PrincipalId, TurnId } from "../words/ids.ts";
import type { TurnChanges } from "../ports/file-change-store.ts";
import { SILENT_LOGGER } from "../ports/logger.ts";
import type { ComparedWorkspace, KeptFileChange, WorkspaceSnapshots } from "../ports/workspace-snapshots.ts";
import type { EngineOutput, TurnEnd, TurnError } from "../words/turn-event.ts";
import { NO_USAGE } from "../words/usage.ts";
import { FileChangeWatch, type FileChangeWatchParts } from "./watch-file-changes.ts";

const END: TurnEnd = { type: "turn-end", reason: "end", usage: NO_USAGE, costUsd: 0 };
const ERROR: TurnError = {
  type: "turn-error",
  error: { kind: "cancelled", message: "Gone." },
  usage: NO_USAGE,
  costUsd: 0,
};
const TEXT: EngineOutput = { type: "text-delta", text: "hello" };
const MADE: KeptFileChange = { type: "created", path: "a.txt", diff: "…", after: Buffer.from("a") };
const SAVED: FileChange = { type: "created", path: "a.txt", diff: "…", contentId: "chg_1" };
const NOT_COMPARED = expect.objectContaining({ type: "notice", code: "workspace-not-compared" });
const never = () => new Promise<never>(() => {});

/** A watch over a folder where the comparison finds `compared`, with a record of its calls. */
function watchOver(
  compared: Partial<ComparedWorkspace> = { changes: [MADE] },
  parts: Partial<FileChangeWatchParts> = {},
) {
  const log: string[] = [];
  const saved: TurnChanges<KeptFileChange>[] = [];
  const snapshots: WorkspaceSnapshots = {
    async take(folder) {
      log.push(`take ${folder}`);
      return {
        async compare() {
          log.push("compare");
          return { changes: [], isComplete: true, ...compared };
        },
        [Symbol.asyncDispose]: async () => void log.push("dispose"),
      };
    },
  };
  const watch = new FileChangeWatch({
    folder: "/work",
    snapshots,
    store: {
      async saveChanges(changes) {
        log.push("save");
        saved.push(changes);
        return [SAVED];
      },
    },
    // Proof for the casts: any text may serve as an id in a test.
    turnId: "t1" as TurnId,
    conversationId: "c1" as ConversationId,
    principalId: "alice" as PrincipalId,
    clock: () => 5_000,
    logger: { ...SILENT_LOGGER, error: (event) => void log.push(event) },
    signal: new AbortController().signal,
    ...parts,
  });
  return { watch, log, saved };
}

/** A turn that runs tools before its end. */
async function* turn(
  watch: FileChangeWatch,
  tools: readonly string[],
  end: EngineOutput = END,
): AsyncGenerator<EngineOutput> {
  yield TEXT;
  for (const tool of tools) await watch.beforeTool(startingTool(tool));
  yield end;
}

/** Runs a turn in which the engine produces these events. */
const drive = (watch: FileChangeWatch, said: AsyncIterable<EngineOutput>, failures: unknown[] = []) =>
  driveEvents(said, {
    tell: watch.stage(),
    leave: async () => void (await watch.conclude()),
    onFailure: (thrown) => failures.push(thrown),
  });

const run = (watch: FileChangeWatch, tools: readonly string[], end?: EngineOutput) =>
  Array.fromAsync(drive(watch, turn(watch, tools, end)));

const failing = (take: WorkspaceSnapshots["take"]) =>
  watchOver(undefined, { snapshots: { take }, deadlineMs: 20 });

const slowly = (log: string[]) => ({
  isSlow: () => true,
  take: async () => {
    log.push("take");
    return {
      compare: async () => ({ changes: [MADE], isComplete: true }),
      [Symbol.asyncDispose]: async () => void log.push("dispose"),
    };
  },
});

describe("a folder that takes long to look at", () => {
  test("is looked at as the turn begins, once", async () => {
    const log: string[] = [];
    const { watch } = watchOver(undefined, { snapshots: slowly(log) });
    watch.begin();
    await nextTick();
    expect(log).toEqual(["take"]);
    expect(await run(watch, ["Bash"])).toContainEqual(expect.objectContaining({ type: "file-changes" }));
    expect(log).toEqual(["take", "dispose"]);
  });

  test("is not compared when nothing may have changed", async () => {
    const log: string[] = [];
    const { watch } = watchOver(undefined, { snapshots: slowly(log) });
    watch.begin();
    expect(await run(watch, ["Read"])).toEqual([TEXT, END]);
    await nextTick();
    expect(log).toEqual(["take", "dispose"]);
  });
});

describe("a turn's end", () => {
  test("tells what changed, and it is saved", async () => {
    const { watch, log, saved } = watchOver({ changes: [MADE], isComplete: false });
    expect(await run(watch, ["Bash"])).toEqual([
      TEXT,
      { type: "file-changes", changes: [SAVED], isComplete: false },
      END,
    ]);
    expect(log).toEqual(["take /work", "compare", "save", "dispose"]);
    expect(saved).toEqual([
      {
        turnId: "t1",
        conversationId: "c1",
        principalId: "alice",
        folder: "/work",
        changes: [MADE],
        isComplete: false,
        changedAt: 5_000,
      },
    ]);
  });

  test("tells it also when the turn failed", async () => {
    const { watch } = watchOver();
    const events = await run(watch, ["Bash"], ERROR);
    expect(events.map(({ type }) => type)).toEqual(["text-delta", "file-changes", "turn-error"]);
  });

  test("tells it also when the engine breaks", async () => {
    const { watch, log } = watchOver();
    const failures: unknown[] = [];
    const events = await Array.fromAsync(drive(watch, broken(watch), failures));
    expect(failures).toEqual([new Error("broken")]);
    expect(events.map(({ type }) => type)).toEqual(["text-delta", "file-changes", "turn-error"]);
    expect(log.filter((line) => line === "save")).toHaveLength(1);
  });

  test("says nothing when nothing changed", async () => {
    const { watch, log } = watchOver({ changes: [] });
    expect(await run(watch, ["Bash"])).toEqual([TEXT, END]);
    expect(log).toEqual(["take /work", "compare", "dispose"]);
  });

  test("says so when nothing was found in a part of the workspace", async () => {
    const { watch } = watchOver({ changes: [], isComplete: false });
    expect(await run(watch, ["Bash"])).toEqual([TEXT, NOT_COMPARED, END]);
  });
});

describe("a snapshot", () => {
  test.each([[[]], [["Read", "Glob", "Grep", "LS", "WebFetch", "WebSearch", "TodoWrite", "NotebookRead"]]])(
    "is not taken for %j",
    async (tools) => {
      const { watch, log } = watchOver();
      expect(await run(watch, tools)).toEqual([TEXT, END]);
      expect(log).toEqual([]);
    },
  );

  test.each(["Bash", "Write", "Edit", "NotebookEdit", "Task", "Agent", "Skill", "mcp__x__read", "Unknown"])(
    "is taken before %s",
    async (tool) => {
      const { watch, log } = watchOver();
      await run(watch, ["Read", tool]);
      expect(log[0]).toBe("take /work");
    },
  );

  test("is taken once, and every tool waits for it", async () => {
    const taken = Promise.withResolvers<void>();
    let count = 0;
    const { watch } = watchOver(undefined, {
      snapshots: {
        async take() {
          count++;
          await taken.promise;
          return {
            compare: async () => ({ changes: [], isComplete: true }),
            [Symbol.asyncDispose]: async () => {},
          };
        },
      },
    });
    const order: string[] = [];
    const tools = ["Bash", "Edit"].map(async (tool) => {
      await watch.beforeTool(startingTool(tool));
      order.push(tool);
    });
    await watch.beforeTool(startingTool("Read"));
    order.push("Read");
    taken.resolve();
    await Promise.all(tools);
    expect([order, count]).toEqual([["Read", "Bash", "Edit"], 1]);
  });
});

describe("a failure", () => {
  test.each<[string, WorkspaceSnapshots["take"]]>([
    ["fails", () => Promise.reject(new Error("no"))],
    [
      "throws",
      () => {
        throw new Error("no");
      },
    ],
    ["takes too long", never],
  ])("of a snapshot that %s is told at the end, and not tried again", async (_, take) => {
    const { watch, log } = failing(take);
    expect(await run(watch, ["Bash", "Bash"])).toEqual([TEXT, NOT_COMPARED, END]);
    expect(log).toEqual(["workspace.snapshot-failed"]);
  });

  test.each([
    ["fails", () => Promise.reject(new Error("no"))],
    ["takes too long", never],
  ])("of a comparison that %s is told", async (_, compare) => {
    const { watch, log } = failing(async () => ({
      compare,
      [Symbol.asyncDispose]: () => Promise.reject(new Error("no")),
    }));
    expect(await run(watch, ["Bash"])).toEqual([TEXT, NOT_COMPARED, END]);
    expect(log).toEqual(["workspace.comparison-failed", "workspace.snapshot-left"]);
  });

  test.each([
    ["fails", () => Promise.reject(new Error("no"))],
    ["takes too long", never],
  ])("of a store that %s costs the contents only", async (_, saveChanges) => {
    const { watch, log } = watchOver(undefined, { store: { saveChanges }, deadlineMs: 20 });
    expect(await run(watch, ["Bash"])).toEqual([
      TEXT,
      {
        type: "file-changes",
        changes: [{ type: "created", path: "a.txt", diff: "…" }],
        isComplete: true,
      },
      END,
    ]);
    expect(log).toContain("workspace.changes-not-saved");
  });

  test("a snapshot that comes too late is let go of", async () => {
    const late = Promise.withResolvers<void>();
    const disposed = Promise.withResolvers<void>();
    const { watch } = failing(async () => {
      await late.promise;
      return {
        compare: never,
        [Symbol.asyncDispose]: async () => disposed.resolve(),
      };
    });
    await run(watch, ["Bash"]);
    late.resolve();
    await disposed.promise;
  });
});

describe("a turn that is cancelled", () => {
  test("is compared and saved, though its signal has aborted", async () => {
    const abort = new AbortController();
    const { watch, log } = watchOver(undefined, { signal: abort.signal });
    async function* cancelled(): AsyncGenerator<EngineOutput> {
      await watch.beforeTool(startingTool("Bash"));
      abort.abort();
      yield ERROR;
    }
    const events = await Array.fromAsync(drive(watch, cancelled()));
    expect(events.map(({ type }) => type)).toEqual(["file-changes", "turn-error"]);
    expect(log).toEqual(["take /work", "compare", "save", "dispose"]);
  });

  test("is saved when its reader leaves, after the engine has ended", async () => {
    const { watch, log } = watchOver();
    const abandoned = Promise.withResolvers<void>();
    async function* running(): AsyncGenerator<EngineOutput> {
      try {
        await watch.beforeTool(startingTool("Bash"));
        yield TEXT;
        await abandoned.promise;
        yield ERROR;
      } finally {
        log.push("engine ended");
      }
    }
    const leave = async () => void (await watch.conclude());
    const parts = { tell: watch.stage(), abandon: abandoned.resolve, leave };
    for await (const _ of driveEvents(running(), parts)) break;
    expect(log).toEqual(["take /work", "engine ended", "compare", "save", "dispose"]);
  });

  test("before its first tool runs has changed nothing", async () => {
    const abort = new AbortController();
    const { watch, log } = watchOver(undefined, { signal: abort.signal, snapshots: { take: never } });
    const before = watch.beforeTool(startingTool("Bash"));
    abort.abort();
    await before;
    expect(await run(watch, [], ERROR)).toEqual([TEXT, ERROR]);
    expect(log).toEqual([]);
  });
});

test("a turn that begins anew on another process is still watched", async () => {
  const { watch, log } = watchOver();
  const processes = [refused(), turn(watch, ["Bash"])];
  const events = driveEvents(refused(), {
    run: () => processes.shift() ?? expect.unreachable(),
    mayRunAgain: async (thrown) => thrown instanceof Error && thrown.message === "refused",
    tell: watch.stage(),
  });
  expect((await Array.fromAsync(events)).map(({ type }) => type)).toEqual([
    "text-delta",
    "file-changes",
    "turn-end",
  ]);
  expect(log).toHaveLength(4);
});

async function* broken(watch: FileChangeWatch): AsyncGenerator<EngineOutput> {
  yield TEXT;
  await watch.beforeTool(startingTool("Bash"));
  throw new Error("broken");
}

// oxlint-disable-next-line require-yield
async function* refused(): AsyncGenerator<EngineOutput> {
  throw new Error("refused");
}
