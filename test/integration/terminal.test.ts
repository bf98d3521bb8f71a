import { spawnSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { describe, expect, test, vi } from "vitest";

import { httpError } from "../../src/demo/build-fault.ts";
import { reply, text, textBlock, toolUse } from "../../src/demo/build-reply.ts";
import { Gate } from "../../src/demo/gate.ts";
import { delay } from "../../src/lib/time.ts";
import { startUpstream } from "../upstream/start-upstream.ts";
import { APPROVER_KEY } from "./approve.ts";
import { user } from "./ask.ts";
import { bash } from "./agent-work.ts";
import { canOpenTerminal, obeyed, serveOnTerminal, TerminalTurnpike } from "./run-on-terminal.ts";
import { makeFolder } from "./start-turnpike.ts";

/** All that must not reach a terminal: escape sequences of seven and eight bits, marks of direction, a line break. */
const TRAP = "\u001b[2J\u001b]0;t\u0007\u009b31m\u202e\u2066\u200b\u2028\u0085";
const APPROVERS = { TURNPIKE_APPROVER_KEYS: APPROVER_KEY };
const WORK = [user("Work.")];

// Several starts and turns each.
vi.setConfig({ testTimeout: 120_000 });

// `script` of util-linux opens the terminal.
describe.skipIf(!canOpenTerminal)("on a terminal", () => {
  test("the demo says at once that it starts, what it is busy with, and then all in 80 columns", async () => {
    const bareNodeMs = measure(() => spawnSync(process.execPath, ["--eval", ""]));
    const demo = new TerminalTurnpike(["--demo"], { folder: await makeFolder() });
    await demo.untilShows(/\n\n[^]*Claude Code is ready/);
    expect(demo.raw).toMatch(/^Turnpike \d+\.\d+\.\d+ is starting\.\r\n/);
    // On a machine that has nothing else to do; on another one Node itself takes longer.
    expect(demo.firstOutputMs).toBeLessThan(Math.max(500, 5 * bareNodeMs));
    for (const stage of ["Loading the server", "Opening the database", "Starting Claude Code"]) {
      expect(demo.raw).toContain(stage);
      expect(demo.screen).not.toContain(stage);
    }
    for (const line of demo.screen.split("\n")) expect(line.length, line).toBeLessThanOrEqual(80);
    expect(demo.screen).not.toMatch(/ANTHROPIC|account's key/);
    expect(demo.screen).toContain("Claude Code is ready; the scripted model answers.");
    // oxlint-disable-next-line no-control-regex
    expect(demo.raw).toMatch(/\u001b\[1mTurnpike/);
  });

  test.each([{ NO_COLOR: "1" }, { TERM: "dumb" }])("with %o it is plain text", async (environment) => {
    const demo = new TerminalTurnpike(["--demo"], { folder: await makeFolder(), environment });
    await demo.untilShows(/Claude Code is ready/);
    expect(demo.raw).not.toContain("\u001b");
    if ("TERM" in environment) expect(demo.raw.replaceAll("\r\n", "\n")).not.toContain("\r");
  });

  test("each request is one short line, whatever became of it, and nothing in it steers the terminal", async () => {
    const upstream = await startUpstream();
    const folder = await makeFolder();
    const workspace = join(folder, `work${TRAP}`);
    const server = await serveOnTerminal({ folder, workspace, upstream });
    upstream.respondWith(text(`Hello ${TRAP}`));
    const ask = (model: string, headers = {}) => server.ask({ model, messages: WORK }, headers);
    expect((await ask("sonnet", { "x-conversation-id": "named" })).status).toBe(200);
    await server.untilShows(
      /\n\d\d:\d\d:\d\d POST \/v1\/chat\/completions 200 sonnet \d+(\.\d)? m?s \(first \d+(\.\d)? m?s\) (spare|cold) \d+ in, \d+ out\n/,
    );
    expect((await ask(`none${TRAP}`)).status).toBe(404);
    expect((await ask("sonnet", { "x-client-request-id": "a", "user-agent": "b\u009b31m" })).status).toBe(
      200,
    );
    await (await fetch(`${server.url}/none%1b%5b2J/%E2%80%AE`)).text();
    await server.untilShows(/ POST \S+ 404 none\S+ \d+ m?s model-not-found req_/);
    await server.untilShows(/ GET \/none\S+ 40[14] /);
    await server.stop();
    expect(obeyed(server.raw)).toEqual([]);
    expect(server.screen).toContain("work\\u001b[2J\\u001b]0;t\\u0007\\u009b31m\\u202e");
    expect(server.screen.match(/^\d\d:\d\d:\d\d /gm)).toHaveLength(4);
  });

  test("an expected state has no stack in the log", async () => {
    const upstream = await startUpstream();
    const server = await serveOnTerminal({ folder: await makeFolder(), upstream });
    upstream.respondWith(httpError(429, { message: `Too fast ${TRAP}` }));
    await server.ask({ model: "sonnet", messages: WORK });
    await server.untilShows(/ POST \S+ (429|503) sonnet.*upstream-rate-limited/);
    await server.ask({ model: "sonnet", messages: [] });
    await server.untilShows(/ POST \S+ 400 /);
    const gate = new Gate();
    upstream.respondWith(reply({ blocks: [textBlock("", { chunks: ["Hel", gate] })] }));
    const leaving = new AbortController();
    const asking = server.ask({ model: "sonnet", messages: WORK, stream: true }, {}, leaving.signal);
    await gate.reached;
    await asking;
    leaving.abort();
    await server.untilShows(/ POST \S+ client left sonnet \d/);
    gate.release();
    await server.stop();
    expect(server.screen).not.toMatch(/^\s+at /m);
  });
});

describe.skipIf(!canOpenTerminal)("approvals on a terminal", () => {
  test("show all that will run, whose it is, with a bell; an answer counts", async () => {
    const upstream = await startUpstream();
    const folder = await makeFolder();
    const server = await serveOnTerminal({ folder, upstream, environment: APPROVERS });
    const steps = Array.from({ length: 40 }, (_, index) => `echo step ${index} >> "$HOME/steps"`);
    const command = [...steps, `printf '${"x".repeat(300)}'`].join("\n");
    const call = toolUse("Bash", { command, description: `Work ${TRAP}` });
    upstream.respondWith([reply({ blocks: [call] }), text("Done.")]);
    const answering = server.ask(
      { model: "claude-code", messages: WORK },
      { "x-conversation-id": "my-topic" },
    );
    await server.untilShows(/then\s+Enter:/);
    const { screen } = server;
    for (const step of steps) expect(screen).toContain(`│ ${step}\n`);
    expect(screen.match(/x+/g)?.join("").length).toBeGreaterThanOrEqual(300);
    expect(screen).toMatch(/Conversation +my-topic \(conv_\w+\) · profile default/);
    expect(server.raw).toContain("\u0007");
    server.type("y");
    expect((await answering).status).toBe(200);
    expect((await readFile(join(folder, "steps"), "utf8")).trim().split("\n")).toHaveLength(40);
    await server.stop();
    expect(obeyed(server.raw)).toEqual([]);
    for (const line of server.screen.split("\n")) expect(line.length, line).toBeLessThanOrEqual(120);
  });

  test("two wait in order; an edit is a diff; an answer over HTTP closes the question", async () => {
    const upstream = await startUpstream();
    const folder = await makeFolder();
    const file = join(folder, "workspace", "a.txt");
    const config = join(folder, "config.json");
    await writeFile(config, JSON.stringify({ profiles: { asking: { permissionMode: "default" } } }));
    const options = { folder, upstream, environment: APPROVERS };
    const server = await serveOnTerminal(options, ["--config", config]);
    await writeFile(file, "one\ntwo\nthree\n");
    const edit = toolUse("Edit", { file_path: file, old_string: "two", new_string: "2" });
    const ask = () => server.ask({ model: "asking", messages: WORK });
    upstream.respondWith([
      reply({ blocks: [toolUse("Read", { file_path: file })] }),
      reply({ blocks: [edit] }),
      reply({ blocks: [bash("echo second > second.txt")] }),
      text("Done."),
      text("Done."),
    ]);
    const answering = [ask()];
    const [, first = ""] = await server.untilShows(/Approval +(apr_\w+)/);
    await server.untilShows(/│ -two\n +│ \+2\n/);
    answering.push(ask());
    const [, second = ""] = await untilBothWait(server, first);
    const answered = await fetch(`${server.url}/approvals/${first}`, {
      method: "POST",
      headers: { authorization: `Bearer ${APPROVER_KEY}`, "content-type": "application/json" },
      body: JSON.stringify({ decision: "allow" }),
    });
    expect(answered.status).toBe(200);
    await server.untilShows(new RegExp(`${first} was answered elsewhere: it was allowed`));
    await server.untilShows(new RegExp(`command: echo second > second.txt\n[^]*Approval +${second}`));
    // What is typed as the question changes does not count.
    server.type("y");
    await server.untilShows(/did not count/);
    server.type("y");
    for (const answer of answering) expect((await answer).status).toBe(200);
    expect(await readFile(file, "utf8")).toBe("one\n2\nthree\n");
    expect(await readFile(join(folder, "workspace", "second.txt"), "utf8")).toBe("second\n");
  });
});

/** The ids of those that wait, once there are two. */
async function untilBothWait(server: TerminalTurnpike, first: string): Promise<readonly string[]> {
  for (;;) {
    const response = await fetch(`${server.url}/approvals`, {
      headers: { authorization: `Bearer ${APPROVER_KEY}` },
    });
    // Proof for the cast: the tests of the route check the shape of its answers.
    const { data } = (await response.json()) as { data: readonly { id: string }[] };
    const [one, two] = data.map(({ id }) => id);
    if (one === first && two !== undefined) return [one, two];
    await delay(20);
  }
}

function measure(run: () => void): number {
  const startedAt = performance.now();
  run();
  return performance.now() - startedAt;
}
