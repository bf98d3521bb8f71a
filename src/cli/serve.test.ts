import { once } from "node:events";
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";

import { FakeContext } from "../../test/cli/fake-context.ts";
import type { ConversationId, PrincipalId, TurnId } from "../core/words/ids.ts";
import { lockDataFolder } from "./lock-data-folder.ts";
import { serve } from "./serve.ts";
import { waitFor } from "../../test/wait-for.ts";

let folder: string;
let fake: FakeContext;
/** Contains neither the home nor the data folder, which would cause a warning. */
let workspace: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "turnpike-")));
  fake = new FakeContext(folder);
  workspace = realpathSync(mkdtempSync(join(tmpdir(), "turnpike-workspace-")));
});
afterEach(() => [folder, workspace].forEach((each) => rmSync(each, { recursive: true })));

function start(flags: Readonly<Record<string, unknown>> = {}): Promise<number> {
  return serve({ flags: { dataDir: "data", workspace, ...flags } }, fake.context);
}

const printed = () => fake.printed.join("\n");
const errors = () => fake.errors.join("\n");

test("says at once that it listens, and how Claude Code is as soon as that is known", async () => {
  fake.health = { ...fake.health, status: "starting" };
  const exitCode = start();
  await waitFor(() => expect(printed()).toContain("Base URL   http://127.0.0.1:4141/v1"));
  expect(printed()).not.toContain("Claude Code is");
  fake.health = { ...fake.health, status: "not-ready", problem: "It is not logged in." };
  await waitFor(() => expect(printed()).toContain("cannot answer yet. It is not logged in."));
  fake.events.emit("SIGINT");
  expect(await exitCode).toBe(0);
});

test("a folder for temporary files that is not there is named at once, since Claude Code does not name it", async () => {
  fake.environment = { ...fake.environment, TMPDIR: join(folder, "gone") };
  const exitCode = start();
  await waitFor(() => expect(errors()).toContain(`temporary files: ${join(folder, "gone")} does not exist`));
  expect(errors()).toContain("Set TMPDIR to a folder that this user can write to.");
  await waitFor(() => expect(printed()).toContain("Base URL"));
  fake.events.emit("SIGINT");
  expect(await exitCode).toBe(0);
});

test("the link for the first administrator is shown to a person at the terminal, never where it could lie in a file", async () => {
  const LINK = "http://127.0.0.1:4141/dashboard/welcome#";
  fake.hasAdmin = false;
  const exitCode = start();
  await waitFor(() => expect(printed()).toContain("turnpike users invite NAME --role admin --data-dir "));
  fake.events.emit("SIGINT");
  expect(await exitCode).toBe(0);
  expect(printed() + errors()).not.toContain(LINK);

  fake.isInteractive = true;
  const other = start();
  await waitFor(() => expect(errors()).toContain(LINK));
  fake.events.emit("SIGINT");
  expect(await other).toBe(0);
  // Output that is not an error may go into a file while a person reads the errors.
  expect(printed()).not.toContain(LINK);

  fake.hasAdmin = true;
  fake.errors.length = 0;
  const last = start();
  await waitFor(() => expect(fake.printed.join("").match(/is ready/g)).toHaveLength(3));
  fake.events.emit("SIGINT");
  expect(await last).toBe(0);
  expect(errors()).not.toContain(LINK);
});

test("a person at the terminal is asked about approvals until the end; a pipe is not", async () => {
  fake.isInteractive = true;
  const exitCode = start();
  const { event, answer } = askPermission();
  await waitFor(() => expect(errors()).toContain(`Approval      ${event.approvalId}`));
  expect(printed()).toContain("Approvals  answered here, or with the configured approver key");
  fake.typed?.push("y");
  expect((await answer).outcome).toBe("allowed");
  askPermission();
  await waitFor(() => expect(errors().match(/asks for your approval/g)).toHaveLength(2));
  fake.events.emit("SIGINT");
  expect(await exitCode).toBe(0);
  expect(fake.typed).toBeUndefined();

  fake.isInteractive = false;
  const other = start();
  askPermission();
  await waitFor(() => expect(fake.printed.join("").match(/is ready/g)).toHaveLength(2));
  fake.events.emit("SIGINT");
  await other;
  expect(errors().match(/asks for your approval/g)).toHaveLength(2);
});

function askPermission() {
  // Proof for the casts: nothing here inspects ids.
  const question = {
    turnId: "turn_1" as TurnId,
    conversationId: "conv_1" as ConversationId,
    principalId: "key_1" as PrincipalId,
    profile: "default",
    activityId: "toolu_1",
    toolName: "Bash",
    input: { command: "ls" },
    summary: "List files",
    alwaysAllows: [],
  };
  return fake.approvals.ask(question, new AbortController().signal);
}

test("a signal stops in order; the data folder is free and nobody listens for signals then", async () => {
  fake.onStart = async () => void fake.events.emit("SIGTERM");
  expect(await start()).toBe(0);
  expect([fake.stops, fake.events.exitCodes]).toEqual([1, []]);
  expect(errors()).toContain("SIGTERM: finishing running turns");
  expect(fake.events.eventNames()).toEqual([]);
  lockDataFolder(join(folder, "data"))[Symbol.dispose]();
});

describe("keys that the first start has made", () => {
  const KEY = "tp-approver-new-and-never-shown-again";
  const file = "/data/approver-key";
  beforeEach(() => {
    fake.keys = {
      apiKeyNotice: { type: "file", file: "/data/api-key" },
      approverKeyNotice: { type: "created", key: KEY, file },
    };
  });
  const shown = () => [...fake.printed, ...fake.errors].join("\n").split(KEY).length - 1;

  test("are shown in the banner, and not again", async () => {
    const exitCode = start();
    await waitFor(() => expect(printed()).toContain("is ready"));
    expect(printed()).toContain(KEY);
    fake.events.emit("SIGINT");
    expect(await exitCode).toBe(0);
    expect(shown()).toBe(1);
  });

  test("are shown when Ctrl-C comes before the banner", async () => {
    fake.onStart = async () => void fake.events.emit("SIGINT");
    expect(await start()).toBe(0);
    expect(shown()).toBe(1);
    expect(errors()).toContain(KEY);
  });

  test("are shown when the start fails", async () => {
    fake.onStart = () => Promise.reject(new Error("no database"));
    expect(await start()).toBe(1);
    expect(shown()).toBe(1);
  });

  test("are shown when a second Ctrl-C ends the process in the middle of the start", async () => {
    const held = Promise.withResolvers<void>();
    fake.onStart = () => held.promise;
    const exitCode = start();
    await waitFor(() => expect(fake.started).toHaveLength(1));
    fake.events.emit("SIGINT");
    fake.now += 1000;
    expect(shown()).toBe(0);
    fake.events.emit("SIGINT");
    expect([fake.events.exitCodes, shown()]).toEqual([[130], 1]);
    held.resolve();
    await exitCode;
    expect(shown()).toBe(1);
  });
});

test.each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const)("a second %s exits at once", async (signal, code) => {
  const stopped = Promise.withResolvers<void>();
  fake.onStop = () => stopped.promise;
  const exitCode = start();
  await waitFor(() => expect(printed()).toContain("is ready"));
  fake.events.emit("SIGTERM");
  await waitFor(() => expect(fake.stops).toBe(1));
  // npm forwards the Ctrl-C that the process has already received from the terminal.
  fake.events.emit(signal);
  expect(fake.events.exitCodes).toEqual([]);
  fake.now += 1000;
  fake.events.emit(signal);
  expect(fake.events.exitCodes).toEqual([code]);
  stopped.resolve();
  await exitCode;
});

test("a terminal that closes says so as often as it likes", async () => {
  const stopped = Promise.withResolvers<void>();
  fake.onStop = () => stopped.promise;
  const exitCode = start();
  await waitFor(() => expect(printed()).toContain("is ready"));
  fake.events.emit("SIGHUP");
  await waitFor(() => expect(fake.stops).toBe(1));
  fake.now += 1000;
  fake.events.emit("SIGHUP");
  expect(fake.events.exitCodes).toEqual([]);
  stopped.resolve();
  expect(await exitCode).toBe(0);
});

test.each(["uncaughtException", "unhandledRejection"])(
  "%s stops the server with exit code 1",
  async (event) => {
    const exitCode = start();
    await waitFor(() => expect(printed()).toContain("is ready"));
    fake.events.emit(event, new Error("broken"));
    expect(await exitCode).toBe(1);
    expect(fake.stops).toBe(1);
    expect(errors()).toContain("cannot go on");
  },
);

test("an error while starting ends the start", async () => {
  fake.onStart = async () => {
    fake.events.emit("uncaughtException", new Error("broken early"));
    await new Promise<never>(() => {});
  };
  expect(await start()).toBe(1);
  expect(errors()).toBe(
    "The server could not start: broken early. Run it with --log-level debug for the details.",
  );
});

test("a stop that fails is exit code 1", async () => {
  fake.onStart = async () => void fake.events.emit("SIGTERM");
  fake.onStop = () => Promise.reject(new Error("stuck"));
  expect(await start()).toBe(1);
});

/** Returns a port that this process listens on. */
async function takePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("expected a TCP address");
  return address.port;
}

test("a port that is taken: by whom, and what to do", async () => {
  const port = await takePort();
  fake.onStart = async () => {
    throw Object.assign(new Error("listen EADDRINUSE"), { code: "EADDRINUSE" });
  };
  expect(await start({ "server.port": port })).toBe(1);
  expect(errors()).toContain(`Port ${port} on 127.0.0.1 is taken by process ${process.pid} (`);
  expect(errors()).toContain("Choose another with --port");
});

test("a second server on the same data folder and port hears of both", async () => {
  const port = await takePort();
  const first = start();
  await waitFor(() => expect(printed()).toContain("is ready"));
  await expect(start({ "server.port": port })).rejects.toMatchObject({
    problems: [
      expect.stringContaining(`Port ${port} on 127.0.0.1 is taken by process ${process.pid}`),
      expect.stringContaining("is in use by another Turnpike"),
    ],
  });
  fake.events.emit("SIGTERM");
  expect(await first).toBe(0);
});

test("a data folder or a log file that cannot be written is one clear line", async () => {
  writeFileSync(join(folder, "file"), "");
  await expect(start({ dataDir: "file/data" })).rejects.toThrow(
    /The data folder .* Choose another with --data-dir\.$/,
  );
  await expect(start({ "log.file": ".", "log.level": "info" })).rejects.toThrow(
    /Choose another with --log-file\.$/,
  );
});
