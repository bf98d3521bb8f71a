import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { TaskProcesses } from "./task-processes.ts";

/** `[what to do, its argument]` */
type Task = readonly [string, unknown?];

const here = (file: string) => JSON.stringify(new URL(file, import.meta.url).href);
const OPTIONS = { maxProcesses: 2, maxMemoryMb: 256, maxWaiting: 3 };
const TASKS = `
  import { serveTasks } from ${here("./serve-tasks.ts")};
  const kept = [];
  serveTasks(([what, value]) => {
    if (what === "hang") for (;;);
    if (what === "fill") for (;;) kept.push(Array.from({ length: 100_000 }, () => ({})));
    if (what === "fill outside the heap") for (;;) kept.push(Buffer.alloc(1_000_000, 1));
    if (what === "throw") throw new Error("on purpose");
    if (what === "exit") process.exit(1);
    if (what === "grow") kept.push(Buffer.alloc(150_000_000, 1));
    if (what === "process") return process.pid;
    if (what === "environment") return process.env;
    return value === undefined ? null : value;
  });
`;
const PARENT = `
  import { TaskProcesses } from ${here("./task-processes.ts")};
  const file = new URL("./tasks.mjs", import.meta.url);
  const processes = new TaskProcesses({ file, ...${JSON.stringify(OPTIONS)} });
  const never = new AbortController().signal;
  const run = (task) => processes.run(task, { client: "a", limitMs: 60_000 }, never);
  const pid = await run(["process"]);
  void run(["hang"]);
  process.send(pid);
`;

let folder: string;
let processes: TaskProcesses<Task, unknown>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "turnpike-tasks-"));
  await writeFile(join(folder, "tasks.mjs"), TASKS);
  await writeFile(join(folder, "parent.mjs"), PARENT);
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(() => {
  processes = new TaskProcesses({ file: pathToFileURL(join(folder, "tasks.mjs")), ...OPTIONS });
});
afterEach(() => processes.close());

const NEVER = new AbortController().signal;
const run = (client: string, task: Task, limitMs = 20_000, signal = NEVER) =>
  processes.run(task, { client, limitMs }, signal);

test("does what it is given, in a process that it keeps", async () => {
  expect(await run("a", ["echo", { b: [1] }])).toEqual({ b: [1] });
  expect(await run("a", ["process"])).toBe(await run("b", ["process"]));
});

test("gives no variable of its environment to it", async () => {
  expect(
    Object.keys(Object(await run("a", ["environment"]))).filter((name) => name !== "NODE_CHANNEL_FD"),
  ).toEqual([]);
});

test("replaces one that has grown", async () => {
  const grown = await run("a", ["process"]);
  await run("a", ["grow"]);
  expect(await run("a", ["process"])).not.toBe(grown);
});

test("none outlives its parent, busy as it is", async () => {
  const parent = fork(join(folder, "parent.mjs"));
  const [pid] = await once(parent, "message");
  parent.kill("SIGKILL");
  await expect.poll(() => isAlive(Number(pid)), { timeout: 60_000 }).toBe(false);
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe("what goes wrong costs one task", () => {
  test.each([
    ["hang", "too-slow"],
    ["fill", "too-large"],
    ["fill outside the heap", "too-large"],
    ["throw", "broken"],
    ["exit", "broken"],
  ])("%s", async (what, failure) => {
    await expect(run("a", [what], what === "hang" ? 300 : 20_000)).rejects.toMatchObject({ failure });
    expect(await run("a", ["echo", 1])).toBe(1);
  });
});

describe("a client that keeps a process busy", () => {
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
  await processes.close();
  for (const result of await both) expect(result).toMatchObject({ reason: { failure: "closed" } });
  await expect(run("a", ["echo", 1])).rejects.toMatchObject({ failure: "closed" });
});
