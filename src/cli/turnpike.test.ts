import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { PACKAGE_VERSION } from "../config/package-version.ts";
import { FakeContext } from "../../test/cli/fake-context.ts";
import { runProgram } from "./turnpike.ts";

let folder: string;
let fake: FakeContext;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "turnpike-")));
  fake = new FakeContext(folder);
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs a server until it has started, then stops it. */
async function serveWith(args: readonly string[]) {
  fake.onStart = async () => void fake.events.emit("SIGTERM");
  const exitCode = await runProgram(args, fake.context);
  return { exitCode, config: fake.started[0] };
}

test.each([[[]], [["serve"]]])("%j serves, with flags on either side of nothing", async (command) => {
  const { exitCode, config } = await serveWith([...command, "--port", "0", "--no-auth", "--demo"]);
  expect(exitCode).toBe(0);
  expect(config).toMatchObject({ server: { port: 0 }, auth: { noAuth: true }, demo: true });
});

test("a flag for a list may be repeated and may hold several", async () => {
  const { config } = await serveWith(["--api-key", "one", "--api-key=two,three", "--cors-origin", "*"]);
  expect(config?.auth).toMatchObject({ apiKeys: ["one", "two", "three"], noAuth: false });
  expect(config?.server.corsOrigins).toEqual(["*"]);
});

test.each([["--claude"], ["--claude-executable"]])("%s names the Claude Code", async (flag) => {
  const { config } = await serveWith([flag, process.execPath]);
  expect(config?.claude.executable).toBe(process.execPath);
});

test.each([["TURNPIKE_CLAUDE"], ["TURNPIKE_CLAUDE_EXECUTABLE"]])(
  "%s names it too, and the flag wins",
  async (name) => {
    fake.environment = { [name]: process.execPath };
    expect((await serveWith([])).config?.claude.executable).toBe(process.execPath);
    fake.started.length = 0;
    expect((await serveWith(["--claude", folder])).config?.claude.executable).toBe(folder);
  },
);

test.each([["--help"], ["serve --help"], ["config show --help"], ["-h"], ["help"], ["help config show"]])(
  "%s teaches",
  async (line) => {
    expect(await runProgram(line.split(" "), fake.context)).toBe(0);
    expect(fake.printed.join()).toContain("--turn-timeout <time>");
  },
);

test.each([["--version"], ["-v"], ["-V"]])("%s", async (flag) => {
  expect(await runProgram([flag], fake.context)).toBe(0);
  expect(fake.printed).toEqual([PACKAGE_VERSION]);
});

test("config show prints values with their origins, as a table and as JSON", async () => {
  fake.environment = { TURNPIKE_MODEL: "opus" };
  expect(await runProgram(["config", "show", "--port", "9"], fake.context)).toBe(0);
  expect(fake.printed.join()).toMatch(/server\.port +9 +--port\n/);
  expect(fake.printed.join()).toMatch(/\nmodel +opus +TURNPIKE_MODEL\n/);
  fake.printed.length = 0;
  expect(await runProgram(["config", "show", "--json"], fake.context)).toBe(0);
  expect(JSON.parse(fake.printed.join())).toMatchObject({
    model: { value: "opus", origin: "TURNPIKE_MODEL" },
  });
  expect(fake.started).toEqual([]);
});

test.each([
  ["--prot 1", /unknown option '--prot'\n\(Did you mean --port\?\)/],
  ["begin", /unknown command 'begin'\. The commands are serve/],
  ["serve now", /unknown command 'now'/],
  ["--port", /argument missing/],
  ["--port high", /^--port: expected a whole number/],
  ["--workspace gone", /^--workspace: there is no folder/],
  ["config show --turn-timeout soon", /^--turn-timeout: expected a length of time/],
])("%j fails with one clear message", async (line, message) => {
  expect(await runProgram(line.split(" "), fake.context)).toBe(1);
  expect(fake.errors.join("\n")).toMatch(message);
  expect(fake.errors.join("\n")).not.toContain("    at ");
  expect(fake.started).toEqual([]);
});

test.each([
  ["keys list --bogus", "turnpike keys list --help"],
  ["requests export --bogus", "turnpike requests export --help"],
  ["channel install --bogus", "turnpike channel install --help"],
  ["status --bogus", "turnpike status --help"],
  ["start --bogus", "turnpike --help"],
  ["--bogus", "turnpike --help"],
])("the hint behind %j names a page that there is", async (line, page) => {
  expect(await runProgram(line.split(" "), fake.context)).toBe(1);
  const [hinted] = /turnpike [a-z -]*--help/.exec(fake.errors.join("\n")) ?? [];
  expect(hinted).toBe(page);
  expect(await runProgram(page.split(" ").slice(1), fake.context)).toBe(0);
  expect(fake.printed.join("\n")).toMatch(/Usage/);
});

test("a page of its own begins with the command's own flags, and has the settings, too", async () => {
  expect(await runProgram(["channel", "install", "--help"], fake.context)).toBe(0);
  expect(fake.printed.join("\n")).toMatch(
    /--transport <way>[^]*auto[^]*--into <folder>[^]*--json[^]*--port <number>[^]*--data-dir <folder>/,
  );
});

test.each([
  ["start --json --port high", 1, "settings", /^--port: expected a whole number/],
  ["keys list --json --bogus", 1, "usage", /unknown option '--bogus'/],
  ["runs --json", 3, "not_running", /^No Turnpike is running[^]*Start it with/],
  ["cancel turn_1 --json", 3, "not_running", /^No Turnpike is running/],
  ["logs --json", 1, undefined, /^There is no log/],
])("with --json a failure is on stdout, too: %j", async (line, exitCode, code, message) => {
  expect(await runProgram(line.split(" "), fake.context)).toBe(exitCode);
  const { error } = JSON.parse(fake.printed.join("\n"));
  expect(error).toEqual({ message: expect.stringMatching(message), ...(code !== undefined && { code }) });
  expect(fake.errors.join("\n")).toMatch(message);
});

test("what has printed its own object prints no other one", async () => {
  expect(await runProgram(["status", "--json"], fake.context)).toBe(3);
  expect(JSON.parse(fake.printed.join("\n"))).toMatchObject({ running: false });
  fake.printed.length = 0;
  expect(await runProgram(["runs"], fake.context)).toBe(3);
  expect(fake.printed).toEqual([]);
});
