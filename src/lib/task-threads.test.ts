import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { TaskThreads } from "./task-threads.ts";

/** `[what, with]` */
type Task = readonly [string, unknown?];

const SERVE = new URL("./serve-tasks.ts", import.meta.url).href;
const THREAD = `
  import { serveTasks } from ${JSON.stringify(SERVE)};
  import { threadId } from "node:worker_threads";
  serveTasks(([what, value]) => {
    if (what === "hang") for (;;);
    if (what === "fill") for (const kept = []; ; ) kept.push(Array.from({ length: 100_000 }, () => ({})));
    if (what === "throw") throw new Error("on purpose");
    if (what === "exit") process.exit(1);
    if (what === "size") return { result: value.byteLength };
    if (what === "thread") return { result: threadId };
    return { result: value };
  });
`;

let threads: TaskThreads<Task, unknown>;
beforeEach(() => {
  threads = new TaskThreads({
    file: new URL(`data:text/javascript,${encodeURIComponent(THREAD)}`),
    maxThreads: 2,
    maxHeapMb: 64,
    maxWaiting: 3,
  });
});
afterEach(() => threads.close());

const NEVER = new AbortController().signal;
const run = (client: string, task: Task, limitMs = 20_000, signal = NEVER) =>
  threads.run(task, { client, limitMs }, signal);

test("does what it is given, in a thread that it keeps", async () => {
  threads.warm();
  expect(await run("a", ["echo", { b: [1] }])).toEqual({ b: [1] });
  expect(await run("a", ["thread"])).toBe(await run("b", ["thread"]));
});

test("takes memory over instead of copying it", async () => {
  const bytes = new ArrayBuffer(1000);
  const terms = { client: "a", limitMs: 20_000, transfer: [bytes] };
  expect(await threads.run(["size", bytes], terms, NEVER)).toBe(1000);
  expect(bytes.byteLength).toBe(0);
});

describe("what goes wrong costs one task", () => {
  test.each([
    ["hang", "too-slow"],
    ["fill", "too-large"],
    ["throw", "broken"],
    ["exit", "broken"],
  ])("%s", async (what, failure) => {
    await expect(run("a", [what], what === "hang" ? 300 : 20_000)).rejects.toMatchObject({ failure });
    expect(await run("a", ["echo", 1])).toBe(1);
  });
});

describe("a client that keeps a thread busy", () => {
  test("waits for itself, and nobody else does", async () => {
    const own = [run("a", ["hang"], 2_000), run("a", ["echo", 2]), run("a", ["echo", 3])];
    const order: unknown[] = [];
    for (const [index, task] of own.entries())
      task.then(
        () => order.push(index),
        () => order.push("too slow"),
      );
    expect(await run("b", ["echo", 1])).toBe(1);
    expect(await run("c", ["echo", 1])).toBe(1);
    expect(order).toEqual([]);
    await Promise.allSettled(own);
    expect(order).toEqual(["too slow", 1, 2]);
  });

  test("is refused when too much of it waits", async () => {
    const waiting = [["hang"] as const, ["echo", 1] as const, ["echo", 2] as const, ["echo", 3] as const].map(
      (task) => run("a", task, task[0] === "hang" ? 500 : 20_000),
    );
    await expect(run("a", ["echo", 4])).rejects.toMatchObject({ failure: "refused" });
    expect((await Promise.allSettled(waiting)).map(({ status }) => status)).toEqual([
      "rejected",
      "fulfilled",
      "fulfilled",
      "fulfilled",
    ]);
  });
});

test("what is no longer wanted is not begun", async () => {
  const client = new AbortController();
  const hanging = run("a", ["hang"], 500);
  const unwanted = run("a", ["echo", 1], 500, client.signal);
  client.abort(new Error("left"));
  await expect(unwanted).rejects.toThrow("left");
  await expect(hanging).rejects.toMatchObject({ failure: "too-slow" });
  await expect(run("a", ["echo", 1], 500, client.signal)).rejects.toThrow("left");
});

test("closing ends everything", async () => {
  const running = run("a", ["hang"]);
  const waiting = run("a", ["echo", 1]);
  const both = Promise.allSettled([running, waiting]);
  await threads.close();
  for (const result of await both) expect(result).toMatchObject({ reason: { failure: "closed" } });
  await expect(run("a", ["echo", 1])).rejects.toMatchObject({ failure: "closed" });
});
