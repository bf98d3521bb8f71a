import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, open, readFile, rename, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { expect, onTestFinished, test } from "vitest";

import { type Line, renderLine } from "../lib/styled-line.ts";
import { delay } from "../lib/time.ts";
import { createLogger, createLoggerTo } from "./create-logger.ts";
import type { LoggerOptions } from "./create-logger.ts";
import { waitFor } from "../../test/wait-for.ts";

function logInMemory(level: LoggerOptions["level"]) {
  const lines: string[] = [];
  const logger = createLoggerTo({ write: (line) => void lines.push(line) }, { level, prompts: false });
  return { logger, events: () => lines.map((line): unknown => JSON.parse(line)) };
}

test("a line is one JSON object with level, time, event, the child's ids and the fields", () => {
  const { logger, events } = logInMemory("info");
  logger
    .child({ requestId: "req_1" })
    .child({ turnId: "turn_1" })
    .info("turn.completed", { apiKey: "k", ms: 5 });
  expect(events()).toEqual([
    {
      level: "info",
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      event: "turn.completed",
      requestId: "req_1",
      turnId: "turn_1",
      apiKey: "[redacted]",
      ms: 5,
    },
  ]);
});

test.each([
  ["none", []],
  ["error", ["error"]],
  ["info", ["error", "info"]],
  ["debug", ["error", "info", "debug"]],
  ["trace", ["error", "info", "debug", "trace"]],
] as const)("level %s writes %j", (level, written) => {
  const { logger, events } = logInMemory(level);
  for (const name of ["error", "info", "debug", "trace"] as const) logger[name](name);
  expect(events()).toEqual(written.map((name) => expect.objectContaining({ level: name, event: name })));
});

test("on a terminal lines are for people", () => {
  const lines: string[] = [];
  const terminal = {
    isTerminal: true,
    printError: (...printed: readonly Line[]) =>
      void lines.push(...printed.map((line) => renderLine(line, false))),
  };
  const logger = createLogger({ level: "info", prompts: false, terminal });
  logger.info("spare.lost", { count: 3, trap: "a\u001b[2J\u009b" });
  expect(lines).toEqual([expect.stringMatching(/^\d\d:\d\d:\d\d spare\.lost count=3 trap=/)]);
  expect(lines.join("")).not.toMatch(/\p{C}/u);
});

/** Runs a script that logs and exits at once, as after a crash, in a separate process. */
async function logAndExit(options: Partial<LoggerOptions>): Promise<string> {
  const script = `
    import { createLogger } from ${JSON.stringify(new URL("./create-logger.ts", import.meta.url).href)};
    const logger = createLogger(${JSON.stringify({
      level: "info",
      prompts: false,
      terminal: { isTerminal: false },
      ...options,
    })});
    for (let index = 0; index < 500; index++) logger.info("turn.completed", { index });
    logger.error("process.crashed", { error: new Error("boom") });
    process.exit(0);`;
  const { stderr } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", script]);
  return stderr;
}

test("nothing is lost when the process exits at once", async () => {
  const lines = (await logAndExit({})).trim().split("\n");
  expect(lines).toHaveLength(501);
  expect(JSON.parse(lines.at(-1) ?? "")).toMatchObject({
    event: "process.crashed",
    error: { message: "boom" },
  });
});

test("a file holds nothing that a terminal obeys when it is looked at, and the same JSON", async () => {
  const folder = await mkdtemp(join(tmpdir(), "turnpike-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, "turnpike.log");
  const trap = "\u001b[2J\u009b31m\u202e\u2066\u2028\u{e0041}";
  const script = `
    import { createLogger } from ${JSON.stringify(new URL("./create-logger.ts", import.meta.url).href)};
    const options = { level: "info", prompts: false, terminal: { isTerminal: false } };
    for (const more of [{}, { file: ${JSON.stringify(file)} }]) {
      const trap = ${JSON.stringify(trap)};
      createLogger({ ...options, ...more }).child({ [trap]: 1 }).error("turn.broke", { trap, error: new Error(trap) });
    }`;
  const { stderr } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", script]);
  const lines = [...stderr.trim().split("\n"), (await readFile(file, "utf8")).trim()];
  expect(lines).toHaveLength(3);
  for (const line of lines) {
    expect(line).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
    expect(JSON.parse(line)).toMatchObject({ [trap]: 1, trap, error: { message: trap } });
  }
});

test("a file takes all lines, readable by this user only; the terminal keeps the errors", async () => {
  const folder = await mkdtemp(join(tmpdir(), "turnpike-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, "new", "turnpike.log");
  const terminal = (await logAndExit({ file })).trim().split("\n");
  expect((await readFile(file, "utf8")).trim().split("\n")).toHaveLength(501);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(terminal).toEqual([expect.stringContaining("process.crashed")]);
});

test("a file that is moved away goes on under its name, and nothing is lost", async () => {
  const folder = await mkdtemp(join(tmpdir(), "turnpike-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, "turnpike.log");
  const terminal = { isTerminal: false, printError: () => {} };
  const logger = createLogger({ level: "info", prompts: false, terminal, file });
  let count = 0;
  const logUntil = async (isEnough: () => Promise<boolean>) => {
    do {
      logger.info("turn.completed", { index: count++ });
      await delay(5);
    } while (!(await isEnough()));
  };
  await logUntil(async () => (await readIfThere(file)) !== "");
  await rename(file, `${file}.1`);
  await logUntil(async () => (await readIfThere(file)) !== "");
  const written = async () => {
    const text = (await readIfThere(`${file}.1`)) + (await readIfThere(file));
    return text
      .trim()
      .split("\n")
      .map((line): unknown => JSON.parse(line).index);
  };
  await waitFor(async () => expect(await written()).toEqual(Array.from({ length: count }, (_, at) => at)));
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

/** More than the bound, and less than what may wait to be written. */
const COUNT = 12_000;

test.skipIf(process.platform === "win32")(
  "what a server in the background prints is kept in bounds",
  async () => {
    const folder = await mkdtemp(join(tmpdir(), "turnpike-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const file = join(folder, "server.log");
    const script = `
    import { createLogger } from ${JSON.stringify(new URL("./create-logger.ts", import.meta.url).href)};
    import { setImmediate } from "node:timers/promises";
    const logger = createLogger({ level: "info", prompts: false, terminal: { isTerminal: false }, printedTo: ${JSON.stringify(file)} });
    const where = "x ".repeat(500);
    for (let index = 0; index < ${COUNT}; index++) {
      logger.info("turn.completed", { index, where });
      if (index % 100 === 0) await setImmediate();
    }`;
    await using output = await open(file, "a");
    const child = spawn(process.execPath, ["--input-type=module", "--eval", script], {
      stdio: ["ignore", "ignore", output.fd],
    });
    expect(await once(child, "exit")).toEqual([0, null]);
    const [before, now] = [await readFile(`${file}.1`, "utf8"), await readFile(file, "utf8")];
    expect(before.length).toBeGreaterThan(10 * 2 ** 20);
    const indices = `${before}${now}`
      .trim()
      .split("\n")
      .map((line): number => JSON.parse(line).index);
    expect(indices).toEqual(Array.from({ length: COUNT }, (_, index) => index));
  },
);

function readIfThere(path: string): Promise<string> {
  return readFile(path, "utf8").catch(() => "");
}
