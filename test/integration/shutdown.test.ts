import { describe, expect, test } from "vitest";

import { hang } from "../../src/demo/build-fault.ts";
import { reply, text, textBlock, toolUse } from "../../src/demo/build-reply.ts";
import { Gate } from "../../src/demo/gate.ts";
import { delay } from "../../src/lib/time.ts";
import { startUpstream } from "../upstream/start-upstream.ts";
import { expectError, expectErrorBody } from "./expect-error.ts";
import { canFindProcesses, isClaude, isSleep, isStopped, waitForProcesses } from "./find-processes.ts";
import { errorsOf, parseEvents, readEvents, textOf } from "./read-events.ts";
import { type ServeOptions, serveTurnpike, type ServingTurnpike } from "./run-turnpike.ts";
import { makeFolder } from "./start-turnpike.ts";
import { expectWithin } from "../machine-speed.ts";

const BODY = { model: "sonnet", messages: [{ role: "user", content: "hello" }], stream: true };

async function start(options: Partial<ServeOptions> = {}) {
  const upstream = await startUpstream();
  const folder = await makeFolder();
  const server = await serveTurnpike({ folder, upstream, ...options });
  return { upstream, folder, server };
}

/** Everything that the server started, the server itself included. */
const expectNothingLeft = (folder: string) => waitForProcesses(folder, (found) => found.length === 0, 6_000);

describe.each(["SIGTERM", "SIGHUP"] as const)("%s", (signal) => {
  test("lets a running turn finish, refuses new ones, and ends with code 0", async () => {
    const { upstream, folder, server } = await start();
    const gate = new Gate();
    upstream.respondWith(reply({ blocks: [textBlock("", { chunks: ["Half of ", gate, "it all."] })] }));
    const response = await server.ask(BODY);
    await gate.reached;

    server.kill(signal);
    await server.untilSays(new RegExp(`${signal}: finishing running turns`));
    const refused = await server.ask(BODY);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    await expectError(refused, { status: 503, type: "server_error", code: "shutting_down" });
    const ready = await server.fetch("/health/ready");
    expect(ready.status).toBe(503);
    expect(await ready.json()).toMatchObject({ status: "draining" });

    gate.release();
    const events = await readEvents(response);
    expect(textOf(events)).toBe("Half of it all.");
    expect(errorsOf(events)).toEqual([]);
    expect(await server.finished).toEqual({ code: 0, signal: null });
    await expectNothingLeft(folder);
  });
});

test("a terminal that closes, and says so more than once, leaves running turns their time", async () => {
  const { upstream, folder, server } = await start();
  const gate = new Gate();
  upstream.respondWith(reply({ blocks: [textBlock("", { chunks: ["Half of ", gate, "it all."] })] }));
  const response = await server.ask(BODY);
  await gate.reached;
  server.hangUp();
  server.kill("SIGHUP");
  while ((await server.fetch("/health/ready")).status !== 503) await delay(10);
  // Longer than two presses of a key that count as one.
  await delay(600);
  server.kill("SIGHUP");
  gate.release();
  expect(textOf(await readEvents(response))).toBe("Half of it all.");
  expect(await server.finished).toEqual({ code: 0, signal: null });
  await expectNothingLeft(folder);
});

describe("SIGTERM", () => {
  test("ends a turn that takes longer than the drain time with an error event", async () => {
    const { upstream, folder, server } = await start({ flags: ["--drain", "300ms"] });
    upstream.respondWith(reply({ blocks: [textBlock("", { chunks: ["Half of it", hang()] })] }));
    const response = await server.ask(BODY);
    const another = server.ask({ ...BODY, stream: false });
    await upstream.waitForRequest(2);

    server.kill("SIGTERM");
    const events = parseEvents(await response.text());
    expect(textOf(events)).toBe("Half of it");
    expectErrorBody(errorsOf(events)[0], { type: "server_error", code: "shutting_down" });
    expect(events.at(-1)).toBe("[DONE]");
    await expectError(await another, { status: 503, type: "server_error", code: "shutting_down" });
    expect(await server.finished).toEqual({ code: 0, signal: null });
    await expectNothingLeft(folder);
  });

  test("refuses what waits in the queue at once", async () => {
    const { upstream, server } = await start({ flags: ["--max-turns-at-once", "1"] });
    const gate = new Gate();
    upstream.respondWith(reply({ blocks: [textBlock("", { chunks: [gate, "fine"] })] }));
    const running = server.ask(BODY);
    await gate.reached;
    const queued = server.ask(BODY);
    await untilQueued(server, 1);
    server.kill("SIGTERM");
    await expectError(await queued, { status: 503, type: "server_error", code: "shutting_down" });
    gate.release();
    expect(textOf(await readEvents(await running))).toBe("fine");
    expect(await server.finished).toEqual({ code: 0, signal: null });
  });

  test.runIf(canFindProcesses)("stops the tools that Claude Code runs", async () => {
    const { upstream, folder, server } = await start({ flags: ["--drain", "100ms"] });
    upstream.respondWith(runSleep());
    const answering = server.ask({ ...BODY, model: "claude-code", stream: false });
    await waitForProcesses(folder, (found) => found.some(isSleep));
    server.kill("SIGTERM");
    await expectError(await answering, { status: 503, type: "server_error", code: "shutting_down" });
    expect(await server.finished).toEqual({ code: 0, signal: null });
    await expectNothingLeft(folder);
  });
});

test.runIf(canFindProcesses).each(["SIGTERM", "SIGKILL"] as const)(
  "a client that does not read holds nothing up on %s",
  async (signal) => {
    const { upstream, folder, server } = await start({ flags: ["--drain", "100ms"] });
    const chunks = Array.from({ length: 3_000 }, () => "lorem ipsum ".repeat(1_500));
    upstream.respondWith(reply({ blocks: [textBlock("", { chunks })] }));
    const unread = await server.ask(BODY);
    const claudes = () => waitForProcesses(folder, (found) => found.some(isClaude));
    // The server has stopped the process that works for it.
    while (!(await Promise.all((await claudes()).map(isStopped))).includes(true));

    server.kill(signal);
    expect(await server.finished).toEqual(
      signal === "SIGTERM" ? { code: 0, signal: null } : { code: null, signal },
    );
    await expectNothingLeft(folder);
    await unread.body?.cancel().catch(() => "cut");
  },
);

test("SIGINT twice ends at once", async () => {
  const { upstream, folder, server } = await start();
  upstream.respondWith(reply({ blocks: [textBlock("", { chunks: ["Half of it", hang()] })] }));
  const response = await server.ask(BODY);
  server.kill("SIGINT");
  await server.untilSays(/again to stop at once/);
  const pressing = pressUntilGone(server);
  const startedAt = performance.now();
  await response.text().catch(() => "cut");
  expect(await server.finished).toMatchObject({ code: 130 });
  await pressing;
  expectWithin(performance.now() - startedAt, 3_000);
  await expectNothingLeft(folder);
});

describe.runIf(canFindProcesses)("kill -9 of the server", () => {
  test.each([
    { name: "in the middle of an answer", model: "sonnet", answer: () => hang() },
    { name: "while a tool runs", model: "claude-code", answer: runSleep },
    { name: "when nothing runs", model: "sonnet", answer: undefined },
  ])("$name ends its children, and a new one starts on the same data", async ({ model, answer }) => {
    const { upstream, folder, server } = await start({ spares: 1 });
    const messages = [{ role: "user", content: "hello" }];
    const named = { "x-conversation-id": "kept" };
    upstream.respondWith(text("one"));
    await (await server.ask({ model, messages }, named)).text();
    if (answer) {
      upstream.respondWith(answer());
      server.ask({ model, messages: [{ role: "user", content: "lost" }] }, named).catch(() => "cut");
      await upstream.waitForRequest(2);
    }
    if (model === "claude-code") await waitForProcesses(folder, (found) => found.some(isSleep));
    await waitForProcesses(folder, (found) => found.filter(isClaude).length >= 2);

    server.kill("SIGKILL");
    await server.finished;
    await expectNothingLeft(folder);

    const next = await serveTurnpike({ folder, upstream });
    upstream.respondWith(text("two"));
    const answered = await next.ask({ model, messages: [{ role: "user", content: "more" }] }, named);
    expect(await answered.text()).toContain("two");
    expect(answered.headers.get("x-turnpike-placement")).toBe("resumed");
  });
});

function runSleep() {
  return reply({ blocks: [toolUse("Bash", { command: "sleep 300", description: "Wait for long" })] });
}

async function untilQueued(server: ServingTurnpike, count: number): Promise<void> {
  for (;;) {
    // Proof for the cast: a body of another shape never satisfies the condition, and the test times out.
    const health = (await (await server.fetch("/health")).json()) as { turns?: { queued?: number } };
    if (health.turns?.queued === count) return;
  }
}

/** The same press of the keys may arrive twice, so the server waits a moment before it takes one for a second. */
async function pressUntilGone(server: ServingTurnpike): Promise<void> {
  const gone = server.finished.then(() => true);
  while (!(await Promise.race([gone, delay(20).then(() => false)]))) server.kill("SIGINT");
}
