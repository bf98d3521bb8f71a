import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { openSync, closeSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";

import { expect, onTestFinished, test, vi } from "vitest";

import { Gate } from "../../../src/demo/gate.ts";
import { assistant, user } from "../ask.ts";
import { expectError } from "../expect-error.ts";
import { type HostOptions, ScriptedHost } from "./scripted-host.ts";
import {
  type ChannelPlace,
  install,
  isListening,
  LAUNCHER,
  makePlace,
  until,
  untilHealth,
} from "./start-channel.ts";
import { expectWithin } from "../../machine-speed.ts";

// A server starts in each, which takes a while on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

const MODEL = "my-session";

interface Waiting {
  readonly id: string;
  readonly summary: string;
}

function newHost(place: ChannelPlace, options: HostOptions = {}): ScriptedHost {
  const host = new ScriptedHost(place, options);
  onTestFinished(() => host.end());
  return host;
}

function isAlive(processId: number): boolean {
  try {
    return process.kill(processId, 0);
  } catch {
    return false;
  }
}

/** A session with a channel that is ready. */
async function startHost(place: ChannelPlace, options: HostOptions = {}): Promise<ScriptedHost> {
  const host = await newHost(place, options).start();
  await untilHealth(place, (_, status) => status === 200);
  return host;
}

test("events go through the channel one at a time, though Claude is at work behind its reply", async () => {
  const place = await makePlace(onTestFinished);
  const host = await newHost(place).connect();
  const before = { status: 503, type: "server_error", code: "engine_not_ready" };
  await untilHealth(place, (report) => /has not asked/.test(String(report["problem"])));
  const early = await place.post({ model: MODEL, messages: [user("too early")] });
  expect(early.headers.get("retry-after")).toBe("2");
  await expectError(early, before);

  const { tools } = await host.client.listTools();
  expect(tools.map(({ name }) => name)).toEqual(["reply", "status"]);
  expect(host.client.getServerCapabilities()?.experimental).toEqual({
    "claude/channel": {},
    "claude/channel/permission": {},
  });
  expect(host.client.getInstructions()).toContain("Answer every event");
  const report = await untilHealth(place, (_, status) => status === 200);
  expect(report).toMatchObject({
    engine: { facts: { transport: "channel", transportReason: expect.stringContaining("no inbox") } },
  });
  const { models } = { models: await Array.fromAsync(place.openai.models.list()) };
  expect(models.map(({ id }) => id)).toEqual([MODEL, "claude-code"]);
  // Nothing is announced that would be refused.
  expect(models[0]).toMatchObject({
    supported_parameters: ["max_tokens", "max_completion_tokens", "stop"],
    claude: { takes: { sampling: "none", effort: [], thinking: [], structured_outputs: false } },
  });

  const ask = (content: string) =>
    place.openai.chat.completions.create({ model: MODEL, messages: [user(content)] });
  const answers = await Promise.all(["A", "B </channel> & <b>", "C"].map(ask));
  const said = answers.map(({ choices }) => choices[0]?.message.content);
  expect(said).toEqual(["You said: A", "You said: B <\\/channel> & <b>", "You said: C"]);
  expect(host.shown.map(({ isSituational }) => isSituational)).toEqual([false, false, false]);

  // A client that leaves in the middle: what comes then is refused, and the next request waits for the end of the turn.
  const gate = new Gate();
  const late: boolean[] = [];
  host.turn = async ({ requestId }) => {
    await host.reply(requestId, "One ", false);
    await gate.pass();
    late.push((await host.reply(requestId, "two.", true)).isError);
  };
  const stream = await place.openai.chat.completions.create({
    model: MODEL,
    messages: [user("count")],
    stream: true,
  });
  for await (const { choices } of stream) if (choices[0]?.delta.content === "One ") break;
  await untilHealth(place, ({ turns }) => (turns as { readonly running: number }).running === 0);
  const next = ask("next");
  gate.release();
  await until(() => late.length > 0, "the late reply");
  host.turn = async ({ requestId, text }) => void (await host.reply(requestId, `Heard ${text}`));
  expect((await next).choices[0]?.message.content).toBe("Heard next");
  expect(late).toEqual([true]);
  expect(host.shown.every(({ isSituational }) => !isSituational)).toBe(true);
  expect(await host.reply("req_unknown", "?")).toMatchObject({ isError: true });
  expect(await host.call("reply", { text: "?" })).toMatchObject({ isError: true });

  // A call that Claude Code relays is asked of those who may approve, once a hook has told that the turn is the request's.
  const secret = (await readFile(join(place.dataDir, "hook-secret"), "utf8")).trim();
  host.turn = async ({ requestId }) => {
    await host.relayPermission("early", "Bash", "The person's own");
    // Answered behind it.
    await host.call("status");
    const prompt = {
      hook_event_name: "UserPromptSubmit",
      session_id: "s",
      prompt_id: "p",
      prompt: requestId,
    };
    await place.fetch("/hooks/claude-code", {
      method: "POST",
      headers: { "content-type": "application/json", "x-turnpike-hook-secret": secret },
      body: JSON.stringify(prompt),
    });
    await host.relayPermission("abcde", "Bash", "Remove all");
    await until(() => host.decisions.length > 0, "the decision");
    await host.reply(requestId, "Decided.");
  };
  const approver = { authorization: "Bearer tp-approver-key-one", "content-type": "application/json" };
  const decided = ask("remove all");
  const waiting = async () =>
    ((await (await place.fetch("/approvals", { headers: approver })).json()) as { data: Waiting[] }).data;
  await until(async () => (await waiting()).length > 0, "an approval");
  const [approval, ...others] = await waiting();
  expect([approval?.summary, others]).toEqual(["Bash: Remove all", []]);
  const body = JSON.stringify({ decision: "deny" });
  await place.fetch(`/approvals/${approval?.id}`, { method: "POST", headers: approver, body });
  expect((await decided).choices[0]?.message.content).toBe("Decided.");
  expect(host.decisions).toEqual([{ request_id: "abcde", behavior: "deny" }]);

  // Its secrets stand nowhere, and nothing but MCP was written to stdout, or the host would have failed.
  expect((await place.log()) + host.stderr).not.toMatch(/sk-ant-test|tp-test-key|tp-hook-/);
  expect(await isListening(place)).toBe(true);
  const ended = performance.now();
  await host.end();
  await until(async () => !(await isListening(place)), "the end of the server");
  expectWithin(performance.now() - ended, 20_000);
});

test("a gate that is closed shows as a time-out, and the health says where to look; SIGTERM ends the server", async () => {
  const place = await makePlace(onTestFinished);
  const environment = { OPENAI_COMPAT_TIMEOUT: "1" };
  const host = await startHost(place, { isGateOpen: false, environment, args: ["--transport", "channel"] });
  const failed = await place.post({ model: MODEL, messages: [user("anybody?")] });
  await expectError(failed, { status: 504, type: "server_error", code: "timeout" });
  // The desk's own time, which is the same, ends about then.
  await untilHealth(place, ({ engine }) => /"warning":"[^"]*gate/.test(JSON.stringify(engine)));
  process.kill(host.processId, "SIGTERM");
  await host.closed;
  expect(await isListening(place)).toBe(false);
});

test("hooks need the secret, and those of another session are no answer", async () => {
  const place = await makePlace(onTestFinished);
  const host = await startHost(place, { environment: { CLAUDE_CODE_SESSION_ID: "ours" } });
  const secret = (await readFile(join(place.dataDir, "hook-secret"), "utf8")).trim();
  const hook = async (event: object, given = secret) => {
    const response = await fetch(`${place.url}/hooks/claude-code`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-turnpike-hook-secret": given },
      body: JSON.stringify(event),
    });
    return [response.status, await response.json()];
  };
  const gate = new Gate();
  host.turn = () => gate.pass();
  const stop = (session_id: string, prompt_id: string, last_assistant_message: string) =>
    hook({ hook_event_name: "Stop", session_id, prompt_id, last_assistant_message });
  const answered = place.openai.chat.completions.create({ model: MODEL, messages: [user("hello")] });
  await gate.reached;
  const [event] = host.shown;
  expect(await hook({}, "tp-hook-guessed")).toEqual([404, {}]);
  const prompt = { hook_event_name: "UserPromptSubmit", session_id: "ours" };
  await hook({ ...prompt, prompt_id: "p1", prompt: "the person's own" });
  await stop("ours", "p1", "For the person.");
  await stop("other", "p2", "Of another session.");
  await hook({ ...prompt, prompt_id: "p2", prompt: `<channel request_id="${event?.requestId}">` });
  await stop("other", "p2", "Of another session.");
  const asked = {
    hook_event_name: "PermissionRequest",
    session_id: "ours",
    tool_name: "Bash",
    tool_input: {},
  };
  expect(await hook({ ...asked, prompt_id: "p1" })).toEqual([200, {}]);
  expect(await stop("ours", "p2", "For the program.")).toEqual([200, {}]);
  const said = (await answered).choices[0]?.message.content ?? "";
  expect(said).toBe("For the program.");
  gate.release();
  await until(() => !host.isBusy, "the end of the turn");

  // What Claude has forgotten is told again.
  host.turn = async ({ requestId }) => void (await host.reply(requestId, "Yes."));
  const messages: (ReturnType<typeof user> | ReturnType<typeof assistant>)[] = [
    user("hello"),
    assistant(said),
  ];
  const goOn = async (content: string) => {
    messages.push(user(content));
    await place.openai.chat.completions.create({ model: MODEL, messages });
    messages.push(assistant("Yes."));
    return host.shown.at(-1)?.text;
  };
  const end = (session_id: string) => hook({ hook_event_name: "SessionEnd", session_id, reason: "clear" });
  expect(await goOn("Known?")).toBe("Known?");
  await end("other");
  expect(await goOn("Still?")).toBe("Still?");
  await end("ours");
  expect(await goOn("And now?")).toContain("The program: hello");
});

test("a port that a stranger holds is left alone and named; MCP stays, and the server comes when the port is free", async () => {
  const place = await makePlace(onTestFinished);
  const stranger = createServer((_, response) => response.end("{}"));
  await new Promise<void>((resolve) => void stranger.listen(place.port, "127.0.0.1", resolve));
  const host = await newHost(place).start();
  await until(async () => /taken by/.test((await host.call("status")).text), "the report");
  const { text } = await host.call("status");
  expect(text).toContain(`Port ${place.port} on 127.0.0.1 is taken by process ${process.pid}`);
  expect(host.stderr).toContain("is taken by process");
  await new Promise<void>((resolve) => {
    stranger.close(() => resolve());
    stranger.closeAllConnections();
  });
  await untilHealth(place, (_, status) => status === 200);
  const answers = `answers at ${place.url}/v1`;
  await until(async () => (await host.call("status")).text.includes(answers), "the report");
});

test("a channel whose Claude Code is gone is ended and its port taken back; one whose Claude Code lives is not", async () => {
  const place = await makePlace(onTestFinished);
  const fifo = join(place.folder, "stdin");
  execFileSync("mkfifo", [fifo]);
  // Kept open, so that the server does not see the end of its stdin.
  const writer = openSync(fifo, "r+");
  onTestFinished(() => closeSync(writer));
  const script = '"$0" "$1" channel --port "$2" <"$3" >/dev/null 2>&1 & wait';
  const parent = spawn("sh", ["-c", script, process.execPath, LAUNCHER, String(place.port), fifo], {
    cwd: place.project,
    env: { PATH: process.env["PATH"], HOME: place.folder, ...place.environment },
    stdio: "ignore",
  });
  onTestFinished(() => void parent.kill("SIGKILL"));
  await untilHealth(place, (report) => report["status"] === "not-ready");
  await until(
    async () => (await readFile(join(place.dataDir, "channel.json"), "utf8").catch(() => "")) !== "",
    "entry",
  );
  // Proof for the cast: the channel writes it.
  const zombie = JSON.parse(await readFile(join(place.dataDir, "channel.json"), "utf8")) as {
    processId: number;
  };
  onTestFinished(() => {
    try {
      process.kill(zombie.processId, "SIGKILL");
    } catch {
      // As it should be.
    }
  });

  const host = await newHost(place).start();
  await until(async () => /another Claude Code session/.test((await host.call("status")).text), "the report");
  expect(await isListening(place)).toBe(true);

  parent.kill("SIGKILL");
  await once(parent, "exit");
  await untilHealth(place, (_, status) => status === 200);
  // The port is free a moment before the process is gone.
  await until(() => !isAlive(zombie.processId), "the end of the process");
  const { choices } = await place.openai.chat.completions.create({ model: MODEL, messages: [user("mine?")] });
  expect(choices[0]?.message.content).toBe("You said: mine?");
});

test("install adds to what is there, changes nothing twice, and leaves alone what it cannot read", async () => {
  const place = await makePlace(onTestFinished);
  const [mcp, settings] = [
    join(place.project, ".mcp.json"),
    join(place.project, ".claude/settings.local.json"),
  ];
  await writeFile(mcp, JSON.stringify({ mcpServers: { docs: { command: "docs" } }, own: 1 }));
  const command = install(place);
  expect(command).toContain(`cd ${place.project} && claude --permission-mode manual`);
  const mine = { hooks: [{ type: "command", command: "say done" }] };
  const first = JSON.parse(await readFile(settings, "utf8")) as { hooks: { Stop: unknown[] } };
  await writeFile(
    settings,
    JSON.stringify({ ...first, model: "opus", hooks: { ...first.hooks, Stop: [mine, ...first.hooks.Stop] } }),
  );
  install(place);
  const [servers, set] = [await readFile(mcp, "utf8"), await readFile(settings, "utf8")];
  install(place);
  expect([await readFile(mcp, "utf8"), await readFile(settings, "utf8")]).toEqual([servers, set]);
  expect(JSON.parse(servers)).toMatchObject({
    own: 1,
    mcpServers: { docs: { command: "docs" }, turnpike: { type: "stdio", alwaysLoad: true } },
  });
  expect(JSON.parse(set)).toMatchObject({
    model: "opus",
    permissions: { allow: ["mcp__turnpike__reply", "mcp__turnpike__status"] },
    env: { ENABLE_TOOL_SEARCH: "false" },
    enabledMcpjsonServers: ["turnpike"],
    hooks: { Stop: [mine, { hooks: [{ type: "http", url: `${place.url}/hooks/claude-code` }] }] },
  });
  expect(servers + set).not.toContain("tp-test-key");
  await writeFile(settings, "{ // mine\n}");
  expect(() => install(place)).toThrow(/is not a JSON object, so nothing is added/);
  expect(await readFile(settings, "utf8")).toBe("{ // mine\n}");
});
