import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Hono } from "hono";
import { expect, onTestFinished, test } from "vitest";

import { ControlClient, NoAnswerError } from "../../src/cli/daemon/control-client.ts";
import { runProgram } from "../../src/cli/turnpike.ts";
import { controlFile } from "../../src/config/data-folder/control-address.ts";
import type { AuditEntry, AuditLog } from "../../src/core/ports/audit-log.ts";
import { SILENT_LOGGER } from "../../src/core/ports/logger.ts";
import { abortReason, failedTurn } from "../../src/core/turn/turn-failure.ts";
import { Gate } from "../../src/demo/gate.ts";
import { addOperatorRoutes } from "../../src/http/admin/add-admin-routes.ts";
import { respondError } from "../../src/http/answers/error-response.ts";
import type { AppEnv } from "../../src/http/app-env.ts";
import { listenLocally } from "../../src/http/listen.ts";
import { recordRequest } from "../../src/http/middleware/record-request.ts";
import type { RunListBody } from "../../src/protocols/admin/format-run.ts";
import { AuditTrail } from "../../src/service/audit/audit-trail.ts";
import type { StopRequest } from "../../src/protocols/admin/parse-stop-request.ts";
import { RequestFeed } from "../../src/service/request-log/request-feed.ts";
import { TurnRuns } from "../../src/service/runs/turn-runs.ts";
import { FakeContext } from "../cli/fake-context.ts";
import {
  CHAT_PATH,
  JSON_HEADERS,
  startScriptedServer,
  TURN_END,
  type TurnScript,
  turnStart,
} from "./scripted-server.ts";
import { UNUSED_ADMIN_PARTS } from "./unused-admin-parts.ts";
import { waitFor } from "../wait-for.ts";

/** A server with scripted turns, whose operator reaches it by the socket of a data folder. */
async function startOperated(script: TurnScript) {
  const dataDir = realpathSync(mkdtempSync(join(tmpdir(), "turnpike-admin-")));
  onTestFinished(() => rmSync(dataDir, { recursive: true }));
  const runs = new TurnRuns(Date.now);
  const server = await startScriptedServer(runs.listen(script));
  onTestFinished(() => server.close());
  const app = new Hono<AppEnv>();
  app.onError(respondError);
  app.use(recordRequest({ logger: SILENT_LOGGER, hearRequest: () => {} }, Date.now));
  const stops: StopRequest[] = [];
  const changes: AuditEntry[] = [];
  const auditLog: AuditLog = {
    add: (entry) => Promise.resolve(void changes.push(entry)),
    list: () => Promise.resolve(changes),
    trim: () => Promise.resolve(),
  };
  addOperatorRoutes(app, {
    runs,
    ...UNUSED_ADMIN_PARTS,
    audit: new AuditTrail({ log: auditLog, clock: Date.now, logger: SILENT_LOGGER }),
    feed: new RequestFeed("node_test"),
    clock: Date.now,
    health: () => server.health,
    server: () => ({
      processId: process.pid,
      keepsPort: true,
      url: server.url,
      startedAt: Date.now(),
      dataDir,
      drainMs: 1_000,
      isDemo: false,
    }),
    keepAliveMs: 10_000,
    onStop: (request) => void stops.push(request),
  });
  // The real one has all routes itself, and knows the local user.
  app.post(CHAT_PATH, async (context) =>
    fetch(`${server.url}${CHAT_PATH}`, {
      method: "POST",
      headers: { ...JSON_HEADERS, "user-agent": context.req.header("user-agent") ?? "" },
      body: await context.req.text(),
      signal: context.req.raw.signal,
    }),
  );
  const timeouts = {
    headersTimeoutMs: 10_000,
    bodyTimeoutMs: 10_000,
    idleSocketMs: 10_000,
    stalledClientMs: 10_000,
  };
  const control = await listenLocally(app, controlFile(dataDir), timeouts);
  onTestFinished(() => control.close(AbortSignal.abort()));
  /** Runs a command of the operator's. */
  const command = (...args: readonly string[]) => {
    const fake = new FakeContext(dataDir);
    fake.now = Date.now();
    const code = runProgram([...args, "--data-dir", dataDir], fake.context);
    return { code, out: () => fake.printed.join(""), errors: () => fake.errors.join("\n") };
  };
  const ask = (body: object = {}) =>
    fetch(`${server.url}${CHAT_PATH}`, {
      method: "POST",
      headers: { ...JSON_HEADERS, "user-agent": "tester/1.0" },
      body: JSON.stringify({
        model: "sonnet",
        messages: [{ role: "user", content: "Hi" }],
        stream: true,
        ...body,
      }),
    });
  const client = new ControlClient(controlFile(dataDir));
  return { server, client, command, ask, stops, changes };
}

const listRuns = (client: ControlClient) => client.get<RunListBody>("/admin/api/runs");

test("a turn is listed and followed while it runs; its client gets all of it", async () => {
  const gate = new Gate();
  const { client, command, ask } = await startOperated(async function* (request) {
    yield turnStart(request);
    yield { type: "text-delta", text: "One \u001b[2J" };
    yield { type: "activity-start", activityId: "a", name: "Bash", input: { command: "x".repeat(9_000) } };
    await gate.pass();
    yield { type: "activity-end", activityId: "a", isError: false, output: "done" };
    yield { type: "text-delta", text: "two" };
    yield TURN_END;
  });
  const asking = ask();
  await gate.reached;
  const [run] = (await listRuns(client)).data;
  expect(run).toMatchObject({
    state: "running",
    activity: "Bash",
    client: "tester/1.0",
    protocol: "chat-completions",
    model: "sonnet",
    conversation_id: "conv_scripted",
    placement: "hot",
    is_estimate: true,
    output_tokens: 2,
  });
  const tail = command("tail");
  await waitFor(() => expect(tail.out()).toContain("One \\u001b[2J"));
  const listed = command("runs");
  expect(await listed.code).toBe(0);
  expect(listed.out()).toMatch(new RegExp(`${run?.id} +running \\(Bash\\) +tester/1.0`));
  gate.release();
  expect(await tail.code).toBe(0);
  expect(tail.out()).toMatch(
    /● Bash .*x+… \(9000 characters\).*│ donetwo.*completed · 35 tokens in \(20 from the cache\), 7 out · \$0\.0100/,
  );
  expect(await (await asking).text()).toMatch(/"two"[^]*\[DONE\]/);
  expect((await listRuns(client)).data).toMatchObject([
    { state: "completed", is_estimate: false, output_tokens: 7, cost_usd: 0.01, activity: null },
  ]);
  // Of one that is over there is the end.
  const late = command("tail", run?.id ?? "", "--json");
  expect(await late.code).toBe(0);
  expect(JSON.parse(late.out())).toMatchObject({ type: "run", run: { state: "completed" } });
});

test("a turn that is cancelled ends, and its client is told by whom", async () => {
  const { client, command, ask, changes } = await startOperated(async function* (request, signal) {
    yield turnStart(request);
    yield { type: "text-delta", text: "One " };
    await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
    yield failedTurn(abortReason(signal));
  });
  const asking = ask();
  await waitFor(async () => expect((await listRuns(client)).data).toMatchObject([{ output_tokens: 1 }]));
  const id = (await listRuns(client)).data[0]?.id ?? "";
  const cancel = command("cancel", id);
  expect(await cancel.code).toBe(0);
  expect(cancel.out()).toBe(`Turn ${id} is over: cancelled.`);
  expect(await (await asking).text()).toContain("cancelled by the operator of the server");
  for (const [again, says] of [
    [command("cancel", id), "This turn is over: cancelled."],
    [command("cancel", "turn_none"), "There is no turn with this id"],
    [command("tail", "turn_none"), "There is no turn with this id"],
  ] as const) {
    expect(await again.code).toBe(1);
    expect(again.errors()).toContain(says);
  }
  // Without an id it tells of the latest, over or not.
  const tail = command("tail");
  expect(await tail.code).toBe(0);
  expect(tail.out()).toMatch(/cancelled/);
  expect(changes).toMatchObject([{ action: "runs.cancel", target: id }]);
});

test("the operator may stop the server, in the words that are known; no socket is no server", async () => {
  const { client, command, stops } = await startOperated(async function* () {});
  await client.post("/admin/api/stop", { now: true });
  await client.post("/admin/api/stop", { restart: true });
  expect(stops).toEqual([
    { isNow: true, isRestart: false },
    { isNow: false, isRestart: true },
  ]);
  await expect(client.post("/admin/api/stop", { later: true })).rejects.toThrow(/only 'now' and 'restart'/);
  const status = command("status", "--json");
  expect(await status.code).toBe(0);
  expect(JSON.parse(status.out())).toMatchObject({ running: true, state: "ready", pid: process.pid });
  await expect(new ControlClient(join(tmpdir(), "no.sock")).get("/")).rejects.toBeInstanceOf(NoAnswerError);
});

test("a question in the chat shows what is said and done, and how it ended; a refusal is told", async () => {
  const gate = new Gate();
  let isQuick = false;
  const { command, server } = await startOperated(async function* (request) {
    yield turnStart(request);
    yield { type: "activity-start", activityId: "a", name: "Bash", input: { command: "ls" } };
    if (!isQuick) await gate.pass();
    yield { type: "activity-end", activityId: "a", isError: false, output: "file.txt" };
    yield { type: "text-delta", text: "There is \u001b[2Jone file." };
    yield TURN_END;
  });
  const chat = command("chat", "What is there?", "--id", "sonnet");
  await waitFor(() => expect(chat.out()).toContain('● Bash {"command":"ls"}'));
  gate.release();
  expect(await chat.code).toBe(0);
  expect(chat.out()).toMatch(/│ file\.txt.*There is \\u001b\[2Jone file\..*completed · 35 tokens/);
  expect(server.requests[0]?.messages).toMatchObject([
    { role: "user", content: [{ text: "What is there?" }] },
  ]);
  // One that is over before it could be followed.
  isQuick = true;
  const quick = command("chat", "And now?", "--id", "sonnet");
  expect(await quick.code).toBe(0);
  expect(quick.out()).toContain("There is \\u001b[2Jone file.");
  const refused = command("chat", "Hi", "--id", "none");
  expect(await refused.code).toBe(1);
  expect(refused.errors()).toContain("The model `none` does not exist.");
});
