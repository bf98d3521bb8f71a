import { existsSync, rmSync, statSync, writeFileSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";

import { expect, onTestFinished, test, vi } from "vitest";

import { reply, text, textBlock } from "../../src/demo/build-reply.ts";
import { Gate } from "../../src/demo/gate.ts";
import { ControlClient } from "../../src/cli/daemon/control-client.ts";
import { findControlAddress } from "../../src/config/data-folder/control-address.ts";
import type { RunBody } from "../../src/protocols/admin/format-run.ts";
import type { StatusBody } from "../../src/protocols/admin/format-status.ts";
import { delay } from "../../src/lib/time.ts";
import { startUpstream } from "../upstream/start-upstream.ts";
import { user } from "./ask.ts";
import { Daemon } from "./run-daemon.ts";
import { runTurnpike } from "./run-turnpike.ts";
import { API_KEY, makeFolder } from "./start-turnpike.ts";
import { expectWithin } from "../machine-speed.ts";
import { waitFor } from "../wait-for.ts";

// Several starts each.
vi.setConfig({ testTimeout: 300_000 });

const KEY = { TURNPIKE_API_KEY: API_KEY };
const chat = (content: string) => ({ model: "sonnet", messages: [user(content)], stream: true });
const gated = (first: string, gate: Gate, rest: string) =>
  reply({ blocks: [textBlock("", { chunks: [first, gate, rest] })] });

async function untilRuns(daemon: Daemon, condition: (run: RunBody) => boolean): Promise<RunBody> {
  for (;;) {
    const found = (await daemon.runs()).find(condition);
    if (found) return found;
    await delay(20);
  }
}

test("from start to stop: status, runs, tail, cancel, logs, restart with the same flags", async () => {
  const upstream = await startUpstream();
  const daemon = new Daemon({ folder: await makeFolder(), upstream });
  expect(await daemon.run("status")).toMatchObject({
    code: 3,
    stdout: expect.stringContaining("No Turnpike"),
  });
  expect(await daemon.run("runs")).toMatchObject({
    code: 3,
    stderr: expect.stringContaining("turnpike start"),
  });

  const started = await daemon.run("start", "--api-key", API_KEY, "--queue", "7");
  expect(started).toMatchObject({ code: 0 });
  expect(started.stdout).toMatch(/Base URL +http:\S+\/v1\n[^]*Process +\d+\n[^]*Claude Code is ready/);
  const before = await daemon.status();
  expect(before).toMatchObject({ state: "ready", turns: { queue_limit: 7 } });
  expect(started.stdout).toContain(`Process    ${before.pid}\n`);
  expect(await daemon.run("start")).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("already"),
    stderr: "",
  });
  expect(await daemon.run("start", "--api-key", API_KEY, "--queue", "7")).toMatchObject({ stderr: "" });
  expect(await daemon.run("start", "--port", "4299", "--queue", "8", "--json")).toMatchObject({
    code: 0,
    stdout: expect.stringContaining(`"pid": ${before.pid}`),
    stderr: expect.stringMatching(/--port, --queue changed nothing[^]*stop[^]*--data-dir/),
  });
  const otherwise = new Daemon({
    folder: daemon.folder,
    upstream,
    environment: { TURNPIKE_QUEUE: "9", TURNPIKE_DATA_DIR: daemon.dataDir },
  });
  const unheard = /Warning: TURNPIKE_QUEUE changed nothing[^]*stop[^]*start/;
  expect(await otherwise.run("start")).toMatchObject({ code: 0, stderr: expect.stringMatching(unheard) });
  // What the server does not tell of, such as a profile: the file's time shows that it is new.
  const configFile = join(daemon.dataDir, "config.yaml");
  writeFileSync(configFile, "profiles: { careful: { model: haiku } }\n");
  expect(await daemon.run("start")).toMatchObject({
    code: 0,
    stderr: expect.stringContaining(`Warning: what is new in ${configFile} changed nothing`),
  });
  rmSync(configFile);
  // Where it listens no setting says.
  expect(await daemon.run("health")).toMatchObject({ code: 0, stdout: `${before.url} is ready.\n` });
  expect(await daemon.run("connect", "codex", "--print", "--key", API_KEY)).toMatchObject({
    stdout: expect.stringContaining(`base_url = "${before.url}/v1"`),
    stderr: expect.stringContaining("The system chose its port"),
  });
  expect((await daemon.status()).pid).toBe(before.pid);
  if (process.platform !== "win32") {
    const toOthers = (name: string) => statSync(join(daemon.dataDir, name)).mode & 0o077;
    expect([toOthers("control.sock"), toOthers("server.log")]).toEqual([0, 0]);
  }

  // A turn that is held in its middle is listed and followed as it happens, and its client gets all of it.
  const gate = new Gate();
  upstream.respondWith(gated("One \u001b[2J", gate, "two\n"));
  const asking = daemon.ask(before.url, "/v1/chat/completions", chat("Hello"));
  await gate.reached;
  const run = await untilRuns(
    daemon,
    ({ state, output_tokens: tokens }) => state === "running" && tokens > 0,
  );
  expect(run).toMatchObject({
    client: "tester/1.0",
    protocol: "chat-completions",
    profile: "chat",
    model: "sonnet",
    placement: "cold",
    conversation_id: expect.stringMatching(/^conv_/),
    is_estimate: true,
    usage: null,
  });
  const tail = daemon.begin("tail", run.id);
  await tail.untilSays(/One/);
  expect((await daemon.run("runs")).stdout).toMatch(new RegExp(`${run.id} +running +tester/1.0`));
  gate.release();
  expect(await tail.finished).toMatchObject({ code: 0 });
  expect(tail.stdout).toContain("One \\u001b[2Jtwo\n");
  expect(tail.stdout).toMatch(/completed · \d+ tokens in .* \d+ out/);
  expect(await (await asking).text()).toMatch(/"two\\n"[^]*\[DONE\]/);
  const over = await untilRuns(daemon, ({ id, state }) => id === run.id && state === "completed");
  expect(over).toMatchObject({ is_estimate: false, output_tokens: over.usage?.output_tokens });

  // Of one that is over, its record is told; it is the latest now.
  const past = await daemon.run("tail");
  expect(past).toMatchObject({ code: 0, stderr: "" });
  expect(past.stdout).toMatch(
    new RegExp(
      `${run.id} · completed[^]*started after .* over after [^]*\\d+ out[^]*requests show ${run.id}`,
    ),
  );
  expect((await daemon.run("tail", run.id)).stdout).toBe(past.stdout);

  // Another one, of another protocol, is cancelled: its client hears of it.
  const held = new Gate();
  upstream.respondWith(gated("Three ", held, "four"));
  const cancelled = daemon.ask(before.url, "/v1/responses", { model: "sonnet", input: "Hi", stream: true });
  await held.reached;
  const second = await untilRuns(daemon, ({ protocol }) => protocol === "responses");
  const following = daemon.begin("tail", "--json");
  await following.untilSays(/Three/);
  const ended = await daemon.json<RunBody>("cancel", second.id);
  expect(ended).toMatchObject({ id: second.id, state: "cancelled", error: { code: "cancelled" } });
  expect(await (await cancelled).text()).toMatch(/"status":"cancelled"[^\n]*\n\n$/);
  expect(await following.finished).toMatchObject({ code: 0 });
  const events = following.stdout
    .trim()
    .split("\n")
    .map((line): { type: string } => JSON.parse(line));
  expect(events.at(0)).toMatchObject({ type: "run", run: { id: second.id } });
  expect(events.at(-1)).toMatchObject({ type: "run.ended", state: "cancelled" });
  held.release();
  expect(await daemon.run("cancel", second.id)).toMatchObject({
    code: 1,
    stderr: "This turn is over: cancelled.\n",
  });
  expect(await daemon.run("cancel", "turn_none")).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("no turn"),
  });
  expect(await daemon.run("tail", "turn_none")).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("no turn"),
  });

  const logs = daemon.begin("logs", "-f", "-n", "200", "--json");
  await logs.untilSays(/"event":"server\.listening"/);
  const restarted = await otherwise.run("restart");
  expect(restarted).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("has been restarted"),
    stderr: expect.stringMatching(/TURNPIKE_QUEUE changed nothing: a restart keeps/),
  });
  const after = await daemon.status();
  expect(after.pid).not.toBe(before.pid);
  expect(after).toMatchObject({ state: "ready", turns: { queue_limit: 7 } });
  await logs.untilSays(/"event":"server\.listening"[^]*"event":"server\.listening"/);
  logs.kill("SIGTERM");
  expect(logs.stdout).not.toContain("/admin/api");
  upstream.respondWith(text("Again."));
  const answer = await daemon.ask(after.url, "/v1/chat/completions", { ...chat("Hi"), stream: false });
  expect(await answer.json()).toMatchObject({ choices: [{ message: { content: "Again." } }] });

  expect(await daemon.run("stop")).toMatchObject({
    code: 0,
    stdout: expect.stringContaining(`${after.pid}) has stopped`),
  });
  expect(await daemon.run("status")).toMatchObject({ code: 3 });
  expect(await daemon.run("stop")).toMatchObject({ code: 0 });
  // The key of the command line is in no file.
  for (const name of ["server.json", "server.log"])
    expect(await readFile(join(daemon.dataDir, name), "utf8")).not.toContain(API_KEY);
  expect(await daemon.run("restart")).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("--api-key"),
  });
});

test("the first start shows the keys to the person, and no file has the one for approvals", async () => {
  const daemon = new Daemon({ folder: await makeFolder() });
  const started = await daemon.run("start", "--demo");
  const [, approverKey = ""] = /answered with (tp-approver-\S+)/.exec(started.stdout) ?? [];
  const [, apiKey = ""] = /API key +(tp-\S+)/.exec(started.stdout) ?? [];
  expect(apiKey.length + approverKey.length).toBeGreaterThan(80);
  for (const name of ["server.log", "server.json", "approver-key"])
    expect(await readFile(join(daemon.dataDir, name), "utf8")).not.toContain(approverKey);

  // Killed, and its files with the id of a program that has nothing to do with it, as after a reboot.
  const killed = await daemon.status();
  process.kill(killed.pid, "SIGKILL");
  await waitFor(async () => expect((await daemon.run("status")).code).toBe(3));
  expect(existsSync(join(daemon.dataDir, "control.sock"))).toBe(true);
  writeFileSync(join(daemon.dataDir, "server.pid"), `${process.pid}\n`);
  const status = await daemon.run("status", "--json");
  expect(JSON.parse(status.stdout)).toMatchObject({
    running: false,
    state: "stopped",
    stale_pid: process.pid,
  });
  expect(await daemon.run("stop", "--now")).toMatchObject({ code: 0 });
  // What was started before is started again, over what the dead one has left.
  expect(await daemon.run("restart")).toMatchObject({ code: 0 });
  const again = await daemon.status();
  expect(again).toMatchObject({ state: "ready", is_demo: true });
  expect(again.pid).not.toBe(killed.pid);
  const models = await fetch(`${again.url}/v1/models`, { headers: { authorization: `Bearer ${apiKey}` } });
  expect(models.status).toBe(200);

  // One that hangs is found out, and ended only as the process that has the data folder.
  if (process.platform === "linux") {
    process.kill(again.pid, "SIGSTOP");
    expect(await daemon.run("status")).toMatchObject({
      code: 4,
      stdout: expect.stringContaining("does not answer"),
    });
    writeFileSync(join(daemon.dataDir, "server.pid"), `${process.pid}\n`);
    expect(await daemon.run("stop", "--now")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("none is ended"),
    });
    writeFileSync(join(daemon.dataDir, "server.pid"), `${again.pid}\n`);
    expect(await daemon.run("stop", "--now")).toMatchObject({ code: 0 });
  }
});

test("of several starts at once one starts the server, and the others say that it runs", async () => {
  // A key that is new is shown by whichever of them makes it.
  const environment = { ...KEY, TURNPIKE_APPROVER_KEYS: "tp-approver-of-the-test" };
  const daemon = new Daemon({ folder: await makeFolder(), environment });
  const ran = await Promise.all([1, 2, 3].map(() => daemon.run("start", "--demo")));
  const { pid } = await daemon.status();
  for (const { code, stdout, stderr } of ran) {
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain(`Process    ${pid}\n`);
  }
  expect(ran.filter(({ stdout }) => stdout.includes("running already"))).toHaveLength(2);
});

test("two servers on two ports and data folders do not mix, however long the folder's path", async () => {
  const upstream = await startUpstream();
  const folder = await makeFolder();
  const long = join(folder, "a-folder-with-a-name".repeat(6), "data");
  await mkdir(long, { recursive: true });
  const one = new Daemon({ folder, upstream, environment: KEY });
  const other = new Daemon({ folder, upstream, environment: { ...KEY, TURNPIKE_DATA_DIR: long } });
  const [first, second] = await Promise.all([one.json<StatusBody>("start"), other.json<StatusBody>("start")]);
  expect(first.url).not.toBe(second.url);
  expect((await one.status()).pid).toBe(first.pid);
  expect((await one.json<StatusBody>("status", "--data-dir", long)).pid).toBe(second.pid);

  // What runs is finished first, and named; `--now` does not wait.
  const gate = new Gate();
  upstream.respondWith(gated("One ", gate, "two"));
  const asking = one.ask(first.url, "/v1/chat/completions", chat("Hello"));
  await gate.reached;
  expect(await other.runs()).toEqual([]);
  const stopping = one.begin("stop");
  await stopping.untilSays(/finishes 1 running turn first[^]*turn_\w+ \(sonnet, tester\/1\.0;/);
  gate.release();
  expect(await stopping.finished).toMatchObject({ code: 0 });
  expect(await (await asking).text()).toMatch(/"two"[^]*\[DONE\]/);
  expect(await one.run("status")).toMatchObject({ code: 3 });

  const held = new Gate();
  upstream.respondWith(gated("One ", held, "two"));
  const cut = other.ask(second.url, "/v1/chat/completions", chat("Hello"));
  await held.reached;
  const begunAt = performance.now();
  expect(await other.run("stop", "--now")).toMatchObject({ code: 0 });
  expectWithin(performance.now() - begunAt, 20_000);
  expect(await (await cut).text()).toContain("stopped before this answer was complete");
  held.release();
});

test("a server that cannot start: exit code 1, with what it has said last", async () => {
  const blocker = createServer();
  const port = await new Promise<number>((resolve) => {
    blocker.listen(0, "127.0.0.1", () => {
      const address = blocker.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
  onTestFinished(() => void blocker.close());
  const daemon = new Daemon({ folder: await makeFolder() });
  const started = await daemon.run("start", "--demo", "--port", String(port));
  expect(started).toMatchObject({ code: 1 });
  expect(started.stderr).toMatch(
    /could not start\. The last lines of \S+server\.log:\n[^]*Port \d+ on 127\.0\.0\.1 is taken/,
  );
  expect(await daemon.run("status")).toMatchObject({ code: 3 });
});

test.skipIf(process.platform === "win32")(
  "a config file that can be read only once: serve runs with it, and what would have to read it again is refused",
  async () => {
    const folder = await makeFolder();
    const upstream = await startUpstream();
    const daemon = new Daemon({ folder, upstream });
    const script = join(folder, "with-settings");
    const substitution = `exec '${process.execPath}' "$@" --config <(echo 'turns: { queue: 7 }')`;
    writeFileSync(script, `#!/usr/bin/env bash\n${substitution}\n`, { mode: 0o755 });
    const environment = { TURNPIKE_PORT: "0", TURNPIKE_MAX_SPARES: "0" };
    const run = (...args: readonly string[]) => runTurnpike(args, { folder, upstream, environment }, script);

    const started = run("start");
    expect(await started.finished).toMatchObject({ code: 1 });
    expect(started.stderr).toMatch(
      /^The config file \S+ can be read only once, and a server in the background /,
    );
    expect(existsSync(daemon.dataDir)).toBe(false);

    const serving = run("serve");
    await serving.untilSays(/Base URL/);
    const control = new ControlClient(findControlAddress(daemon.dataDir) ?? "");
    await control.post("/admin/api/settings", { values: { "turns.maxTurnsAtOnce": "3" } });
    expect(await daemon.status()).toMatchObject({ turns: { limit: 3, queue_limit: 7 } });
    expect(await daemon.run("restart")).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/its settings from \S+, which can be read only once/),
    });
    expect(await daemon.run("stop")).toMatchObject({ code: 0 });
    expect(await daemon.run("restart")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("was started with --config, which no file keeps"),
    });
  },
);
