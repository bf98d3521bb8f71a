import { once } from "node:events";
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { request as askOver } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Hono } from "hono";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";
import type { ZodType } from "zod";

import { ControlClient, readText } from "../../src/cli/daemon/control-client.ts";
import { runProgram } from "../../src/cli/turnpike.ts";
import { controlFile } from "../../src/config/data-folder/control-address.ts";
import { SILENT_LOGGER } from "../../src/core/ports/logger.ts";
import { AppError } from "../../src/core/words/app-error.ts";
import type { RequestEntry } from "../../src/core/words/request-entry.ts";
import type { TurnEvent } from "../../src/core/words/turn-event.ts";
import { failedTurn } from "../../src/core/turn/turn-failure.ts";
import { addOperatorRoutes } from "../../src/http/admin/add-admin-routes.ts";
import { respondError } from "../../src/http/answers/error-response.ts";
import type { AppEnv } from "../../src/http/app-env.ts";
import { type HttpServer, listenLocally } from "../../src/http/listen.ts";
import { recordRequest } from "../../src/http/middleware/record-request.ts";
import type { FeedEventBody } from "../../src/protocols/admin/format-feed-event.ts";
import type { RequestUsageBody } from "../../src/protocols/admin/format-request-usage.ts";
import type { OverviewBody } from "../../src/protocols/admin/format-overview.ts";
import type {
  RequestBody,
  RequestDetailBody,
  RequestPageBody,
} from "../../src/protocols/admin/format-request.ts";
import {
  overviewSchema,
  requestDetailSchema,
  requestPageSchema,
  requestUsageSchema,
} from "../../src/protocols/admin/request-schemas.ts";
import { runListSchema, runSchema, statusSchema } from "../../src/protocols/admin/run-schemas.ts";
import { RequestFeed } from "../../src/service/request-log/request-feed.ts";
import { RequestJournal } from "../../src/service/request-log/request-journal.ts";
import { TurnRuns } from "../../src/service/runs/turn-runs.ts";
import { openRequestLog } from "../../src/store/request-log/open-request-log.ts";
import { FakeContext } from "../cli/fake-context.ts";
import {
  CHAT_PATH,
  JSON_HEADERS,
  type ScriptedServer,
  startScriptedServer,
  TURN_END,
  turnStart,
} from "./scripted-server.ts";
import { UNUSED_ADMIN_PARTS } from "./unused-admin-parts.ts";
import { waitFor } from "../wait-for.ts";

/** What Claude Code ran, and what the client is to run. */
const TOOLS: readonly TurnEvent[] = [
  { type: "activity-start", activityId: "one", name: "Bash", input: { command: "cat secret-input" } },
  { type: "activity-start", activityId: "two", name: "mcp__docs__search", input: {} },
  { type: "activity-end", activityId: "two", isError: true, output: "secret-output" },
  { type: "tool-call-start", callId: "three", name: "weather" },
  { type: "tool-call-end", callId: "three", name: "weather", arguments: '{"city":"secret-city"}' },
];

let dataDir: string;
let server: ScriptedServer;
let control: HttpServer | Awaited<ReturnType<typeof listenLocally>>;
let journal: RequestJournal;
let client: ControlClient;
let feed: RequestFeed;

/** Says what it is asked; `fail` fails, `wait` waits for its client to leave. */
const runs = new TurnRuns(Date.now, {
  hear: (change, run) => feed.push({ type: `turn-${change}`, run }),
});

beforeAll(async () => {
  dataDir = realpathSync(mkdtempSync(join(tmpdir(), "turnpike-requests-")));
  feed = new RequestFeed("node_test");
  const log = await openRequestLog({ type: "sqlite", file: join(dataDir, "requests.db") });
  journal = new RequestJournal({
    log,
    bounds: { maxAgeMs: 1e12, maxEntries: 1e6 },
    redactText: (text) => text.replaceAll("tp-secret", "[redacted]"),
    clock: Date.now,
    logger: SILENT_LOGGER,
  });
  const hearRequest = (entry: RequestEntry) => {
    journal.add(entry);
    feed.push({ type: "request-ended", entry });
  };
  const script = runs.listen(async function* (request, signal) {
    const [part] = request.messages.at(-1)?.content ?? [];
    const text = part?.type === "text" ? part.text : "";
    yield { ...turnStart(request), queuedMs: 12, placedMs: 30 };
    if (text === "tools") yield* TOOLS;
    if (text === "wait") await once(signal, "abort");
    yield { type: "text-delta", text: `You said ${text}` };
    if (text !== "fail") return yield TURN_END;
    const failed = failedTurn(new AppError({ kind: "upstream-overloaded", message: "Later." }));
    yield { ...failed, usage: TURN_END.usage, costUsd: 0.5 };
  });
  server = await startScriptedServer(script, { hearRequest, keepsContent: true });
  const app = new Hono<AppEnv>();
  app.onError(respondError);
  app.use(recordRequest({ logger: SILENT_LOGGER, hearRequest }, Date.now));
  addOperatorRoutes(app, {
    runs,
    feed,
    requestLog: journal,
    clock: Date.now,
    health: () => server.health,
    ...UNUSED_ADMIN_PARTS,
    server: () => ({
      processId: 1,
      url: server.url,
      keepsPort: true,
      startedAt: 0,
      dataDir,
      drainMs: 1_000,
      isDemo: false,
    }),
    keepAliveMs: 10_000,
    onStop: () => {},
  });
  const timeouts = {
    headersTimeoutMs: 10_000,
    bodyTimeoutMs: 10_000,
    idleSocketMs: 10_000,
    stalledClientMs: 10_000,
  };
  control = await listenLocally(app, controlFile(dataDir), timeouts);
  client = new ControlClient(controlFile(dataDir));
});
afterAll(async () => {
  await server.close();
  await control.close(AbortSignal.abort());
  await journal.close();
  rmSync(dataDir, { recursive: true });
});

async function ask(text: string, more: object = {}, agent = "tester/1.0", path = CHAT_PATH): Promise<string> {
  const answer = await fetch(`${server.url}${path}`, {
    method: "POST",
    headers: { ...JSON_HEADERS, "user-agent": agent },
    body: JSON.stringify({ model: "sonnet", messages: [{ role: "user", content: text }], ...more }),
  });
  await answer.text();
  return answer.headers.get("x-request-id") ?? "";
}

const page = (query = "") => client.get<RequestPageBody>(`/admin/api/requests${query}`);

/** A request is on record once its connection is done, which may be after its client has all of the answer. */
async function onRecord(id: string): Promise<RequestBody & { content: unknown }> {
  return waitFor(() => client.get<RequestBody & { content: unknown }>(`/admin/api/requests/${id}`));
}

/** What a command prints. */
async function command(...args: readonly string[]) {
  const fake = new FakeContext(dataDir);
  fake.now = Date.now();
  const code = await runProgram([...args, "--data-dir", dataDir], fake.context);
  return { code, out: fake.printed.join("\n"), errors: fake.errors.join("\n") };
}

test("a request is on record with all that is known of it; its answer and its prompt without secrets", async () => {
  const id = await ask("my tp-secret");
  expect(await onRecord(id)).toEqual({
    id,
    object: "request",
    started_at: expect.any(Number),
    ended_at: expect.any(Number),
    duration_ms: expect.any(Number),
    queue_ms: 12,
    process_ms: 30,
    first_token_ms: expect.any(Number),
    route: "POST /v1/chat/completions",
    status: 200,
    error: null,
    principal: expect.stringMatching(/^key_/),
    client: "tester/1.0",
    protocol: "chat-completions",
    profile: "chat",
    model: "sonnet",
    claude_model: "sonnet",
    conversation_id: "conv_scripted",
    conversation_name: "conv_scripted",
    turn_id: server.requests.at(-1)?.turnId,
    turns: 1,
    placement: "hot",
    input_tokens: 10,
    cache_read_tokens: 20,
    cache_write_tokens: 5,
    output_tokens: 7,
    reasoning_tokens: 3,
    cost_usd: 0.01,
    tools: [],
    content: { prompt: "user: my [redacted]", answer: "You said my [redacted]" },
  });
});

test("each tool is on record with its name and its times, and nothing of what it was given or gave", async () => {
  const id = await ask("tools");
  await onRecord(id);
  const { content: _, ...detail } = await client.get<RequestDetailBody>(`/admin/api/requests/${id}`);
  expect(detail.tools).toEqual([
    { name: "Bash", by: "claude-code", started_ms: expect.any(Number), ended_ms: null, is_error: false },
    {
      name: "mcp__docs__search",
      by: "claude-code",
      started_ms: expect.any(Number),
      ended_ms: expect.any(Number),
      is_error: true,
    },
    {
      name: "weather",
      by: "client",
      started_ms: expect.any(Number),
      ended_ms: expect.any(Number),
      is_error: false,
    },
  ]);
  expect(detail).toMatchObject({ queue_ms: 12, process_ms: 30 });
  expect(JSON.stringify(detail)).not.toContain("secret");
  const { out } = await command("requests", "show", id);
  expect(out).toMatch(
    /tools +Bash, after \S.*: no end\n +mcp__docs__search, after .*, failed\n +weather \(the client's\), after /,
  );
});

test("each way to end: several turns, a failure in mid-stream, a client that leaves, a key that nobody knows, no such path", async () => {
  const many = await onRecord(await ask("twice", { n: 2 }));
  expect(many).toMatchObject({ turns: 2, output_tokens: 14, cost_usd: 0.02 });

  const failed = await onRecord(await ask("fail", { stream: true }));
  expect(failed).toMatchObject({ status: 200, error: "upstream-overloaded", cost_usd: 0.5 });

  const leaving = new AbortController();
  const waiting = fetch(`${server.url}${CHAT_PATH}`, {
    method: "POST",
    headers: JSON_HEADERS,
    body: JSON.stringify({ model: "sonnet", messages: [{ role: "user", content: "wait" }] }),
    signal: leaving.signal,
  });
  await waitFor(() => expect(runs.list()[0]).toMatchObject({ state: "running" }));
  leaving.abort();
  await waiting.catch(() => {});
  await waitFor(async () => {
    expect((await page("?error=cancelled")).data).toMatchObject([
      { route: "POST /v1/chat/completions", turns: 1 },
    ]);
  });

  const refused = await fetch(`${server.url}/v1/models/sonnet`, {
    headers: { authorization: "Bearer wrong" },
  });
  expect(await onRecord(refused.headers.get("x-request-id") ?? "")).toMatchObject({
    route: "GET /v1/models/:id",
    status: 401,
    error: "unauthorized",
    principal: null,
    turns: 0,
  });
  const lost = await fetch(`${server.url}/v1/${"long".repeat(100)}`, { headers: JSON_HEADERS });
  expect((await onRecord(lost.headers.get("x-request-id") ?? "")).route).toHaveLength(104);
  const unknown = await onRecord(await ask("x", { model: "nobody" }));
  expect(unknown).toMatchObject({
    status: 404,
    model: "nobody",
    claude_model: null,
    protocol: "chat-completions",
  });
});

test("what watches the server is not on record", async () => {
  for (const path of ["/", "/health", "/health/live"]) await fetch(`${server.url}${path}`);
  await onRecord(await ask("after them"));
  const routes = (await page("?limit=1000")).data.map(({ route }) => route);
  expect(routes.filter((route) => !/v1/.test(route))).toEqual([]);
});

test("pages by their cursor, filters, and what is wrong with a query is said", async () => {
  const ids: string[] = [];
  for (let count = 0; count < 5; count++) ids.push(await ask("page", {}, "pager/1"));
  for (const id of ids) await onRecord(id);
  const first = await page("?client=pager/1&limit=2");
  expect(first.data.map(({ id }) => id)).toEqual([ids[4], ids[3]]);
  expect(first.has_more).toBe(true);
  const second = await page(`?client=pager/1&limit=3&after=${first.next}`);
  expect(second).toMatchObject({ has_more: false, next: null });
  expect(second.data.map(({ id }) => id)).toEqual([ids[2], ids[1], ids[0]]);
  for (const [query, message] of [
    ["?limit=5000", /'limit': expected a number from 1 to 1000/],
    ["?since=yesterday", /'since': expected a time/],
    ["?since=-1", /'since': expected a time/],
    ["?until=foo%201", /'until': expected a time/],
    ["?until=2026-13-01", /'until': expected a time/],
    ["?user=1", /Unknown query parameter 'user'/],
    ["?after=1", /'after'/],
    ["/export?format=xml", /ndjson or csv/],
  ] as const) {
    await expect(page(query)).rejects.toThrow(message);
  }
  await expect(client.get("/admin/api/requests/req_none")).rejects.toThrow("no request with this id");
});

async function readExport(query: string) {
  const response = await client.open("GET", `/admin/api/requests/export${query}`);
  let text = "";
  for await (const piece of readText(response)) text += piece;
  return { text, headers: response.headers };
}

test("an export is every request as it is, and nothing in it runs in a spreadsheet", async () => {
  const evil = `=HYPERLINK("http://evil","x"),1`;
  await onRecord(await ask("export", {}, evil));
  const { text: ndjson } = await readExport("");
  const lines = ndjson
    .trim()
    .split("\n")
    .map((line): RequestBody => JSON.parse(line));
  expect(lines).toEqual((await page("?limit=1000")).data);
  expect(ndjson).not.toContain("You said");
  const { text: csv, headers } = await readExport(`?format=csv&client=${encodeURIComponent(evil)}`);
  expect(headers).toMatchObject({
    "content-type": "text/csv; charset=utf-8",
    "content-disposition": 'attachment; filename="requests.csv"',
  });
  const [head, row, ...rest] = csv.split("\r\n");
  expect(head).toMatch(/^id,started_at,.*,cost_usd$/);
  expect(row).toContain(`,"'=HYPERLINK(""http://evil"",""x""),1",`);
  expect(rest).toEqual([""]);
});

test("the overview adds up what the list shows, and says how long first tokens took", async () => {
  const body = await client.get<OverviewBody>("/admin/api/overview?range=1h");
  const { data } = await page("?limit=1000");
  const sum = (of: (request: RequestBody) => number) => data.reduce((all, request) => all + of(request), 0);
  expect(body.total).toMatchObject({
    requests: data.length,
    failures: data.filter(({ error }) => error !== null).length,
    turns: sum(({ turns }) => turns),
    output_tokens: sum((request) => request.output_tokens),
  });
  expect(body.total.cost_usd).toBeCloseTo(sum((request) => request.cost_usd));
  expect(body.total.first_token?.count).toBe(
    data.filter((request) => request.first_token_ms !== null).length,
  );
  expect(body.series.reduce((all, { requests }) => all + requests, 0)).toBe(data.length);
  expect(Object.fromEntries(body.by_error.map(({ id, requests }) => [id, requests]))).toMatchObject({
    "upstream-overloaded": 1,
    unauthorized: 1,
    cancelled: 1,
  });
  expect(body.by_placement.map(({ id }) => id)).toContain("hot");
  const only = await client.get<OverviewBody>("/admin/api/overview?range=30d&status=401");
  expect(only.total.requests).toBe(1);
  await expect(client.get("/admin/api/overview?range=1y")).rejects.toThrow("1h, 24h, 30d");
});

test("usage is told by day, month, key, model and profile, and adds up to the overview", async () => {
  const { total } = await client.get<OverviewBody>("/admin/api/overview?range=30d");
  const usage = (query: string) => client.get<RequestUsageBody>(`/admin/api/usage?${query}`);
  for (const by of ["day", "month", "principal", "model", "profile"]) {
    for (const zone of ["UTC", "Asia/Tokyo", "America/New_York"]) {
      const { data, ...body } = await usage(`by=${by}&time_zone=${zone}`);
      expect(body).toMatchObject({ by, time_zone: zone });
      expect(body.total).toMatchObject({ requests: total.requests, output_tokens: total.output_tokens });
      expect(data.reduce((sum, { requests }) => sum + requests, 0)).toBe(total.requests);
    }
  }
  const now = Date.now();
  const dayIn = (timeZone: string) => new Intl.DateTimeFormat("sv-SE", { timeZone }).format(now);
  const days = await usage("by=day&time_zone=Pacific/Kiritimati");
  expect(days.data.map(({ id }) => id)).toContain(dayIn("Pacific/Kiritimati"));
  expect((await usage("by=month")).data.map(({ id }) => id)).toContain(dayIn("UTC").slice(0, 7));
  const models = (await usage("by=model")).data;
  expect(models.map(({ cost_usd: cost }) => cost)).toEqual(
    models.map(({ cost_usd: cost }) => cost).toSorted((one, other) => other - one),
  );
  const first = models.find(({ id }) => id !== "");
  const only = await usage(`by=day&model=${first?.id}`);
  expect(only.total.requests).toBe(first?.requests);
  const before = await usage("by=day&since=2001-01-01&until=2001-02-01");
  expect(before).toMatchObject({ data: [], total: { requests: 0, cost_usd: 0 } });
});

test("usage is told by conversation, with what belongs to none beside it", async () => {
  const named = await ask("one");
  await ask("two");
  const { conversation_id: id } = await onRecord(named);
  const { data, others, total } = await client.get<RequestUsageBody>("/admin/api/usage?by=conversation");
  const listed = (await page("?limit=1000")).data;
  const talk = data.find((part) => part.id === id);
  expect(talk).toMatchObject({
    name: "conv_scripted",
    requests: listed.filter((request) => request.conversation_id === id).length,
  });
  expect(talk?.requests).toBeGreaterThanOrEqual(2);
  expect(others?.requests ?? 0).toBe(listed.filter((request) => request.conversation_id === null).length);
  for (const zone of ["Asia/Tokyo", "America/New_York", "UTC"]) {
    const now = Date.now();
    const query = `by=conversation&time_zone=${zone}&since=${now - 5 * 86_400_000}&until=${now + 3_600_000}`;
    const body = await client.get<RequestUsageBody>(`/admin/api/usage?${query}`);
    const sum = body.data.reduce((all, { requests }) => all + requests, body.others?.requests ?? 0);
    expect(sum).toBe(total.requests);
    expect(body.others?.requests).toBe(others?.requests);
  }
  const file = await client.open("GET", "/admin/api/usage?by=conversation&format=csv");
  let text = "";
  for await (const piece of readText(file)) text += piece;
  expect(text).toContain(`${id},`);
  expect(text).toMatch(/\r\nothers,\d/);
});

test("answers have the fields that their schemas in /openapi.json say, and no others", async () => {
  const id = await ask("tools");
  await onRecord(id);
  const { data } = await client.get<{ data: { id: string }[] }>("/admin/api/runs");
  const answers: readonly (readonly [string, ZodType])[] = [
    ["/admin/api/requests", requestPageSchema],
    [`/admin/api/requests/${id}`, requestDetailSchema],
    ["/admin/api/overview?range=24h", overviewSchema],
    ["/admin/api/usage?by=conversation", requestUsageSchema],
    ["/admin/api/usage?by=day", requestUsageSchema],
    ["/admin/api/runs", runListSchema],
    [`/admin/api/runs/${data[0]?.id}`, runSchema],
    ["/admin/api/status", statusSchema],
  ];
  for (const [path, schema] of answers) {
    const body = await client.get<object>(path);
    // What a schema does not know it leaves out.
    expect(schema.parse(body), path).toEqual(body);
  }
});

test("usage comes as a file, too, in which nothing runs", async () => {
  const response = await client.open("GET", "/admin/api/usage?by=model&format=csv");
  let text = "";
  for await (const piece of readText(response)) text += piece;
  expect(response.headers["content-disposition"]).toBe('attachment; filename="usage-by-model.csv"');
  const [head, ...rows] = text.trim().split("\r\n");
  expect(head).toBe(
    "model,requests,failures,turns,input_tokens,cache_read_tokens,cache_write_tokens,output_tokens,reasoning_tokens,cost_usd",
  );
  expect(rows.length).toBeGreaterThan(1);
});

test.each([
  ["by=week", /'by': expected one of day, month/],
  ["by=conversation&model=opus", /'model': usage by conversation is told of all or of a key only/],
  ["by=conversation&profile=chat", /'profile'/],
  ["time_zone=Moon/Base", /'time_zone'/],
  ["since=2020-01-02&until=2020-01-01", /'since'/],
  ["since=1990-01-01", /five years/],
  ["colour=red", /Unknown query parameter 'colour'/],
  ["format=xml", /ndjson or csv/],
])("usage refuses %s", async (query, message) => {
  await expect(client.get(`/admin/api/usage?${query}`)).rejects.toThrow(message);
});

interface Sse {
  readonly id: string | undefined;
  readonly body: FeedEventBody;
}

/** The events of a feed until `isLast`. */
async function readFeed(
  isLast: (body: FeedEventBody) => boolean,
  onOpen: () => void,
  after?: string,
): Promise<Sse[]> {
  const gone = new AbortController();
  const headers = after === undefined ? {} : { "last-event-id": after };
  const response = await client.open("GET", "/admin/api/feed", undefined, { headers, signal: gone.signal });
  const seen: Sse[] = [];
  let rest = "";
  for await (const piece of readText(response)) {
    if (rest === "" && seen.length === 0) onOpen();
    rest += piece;
    const blocks = rest.split("\n\n");
    rest = blocks.pop() ?? "";
    for (const block of blocks) {
      const [, data] = /^data: (.*)$/m.exec(block) ?? [];
      if (data === undefined) continue;
      const body: FeedEventBody = JSON.parse(data);
      seen.push({ id: /^id: (.*)$/m.exec(block)?.[1], body });
      if (!isLast(body)) continue;
      gone.abort();
      return seen;
    }
  }
  return seen;
}

function isRequestEnd(body: FeedEventBody): boolean {
  return body.type === "request.ended";
}

test("the feed tells of turns as they come and go and of requests as they end, and goes on from an id", async () => {
  const seen = await readFeed(isRequestEnd, () => void ask("feed"));
  expect(seen.map(({ body }) => body.type)).toEqual([
    "turn.queued",
    "turn.started",
    "turn.ended",
    "request.ended",
  ]);
  expect(seen[2]?.body).toMatchObject({ run: { state: "completed", usage: { output_tokens: 7 } } });
  expect(JSON.stringify(seen)).not.toContain("You said");
  const again = await readFeed(isRequestEnd, () => {}, seen[1]?.id);
  expect(again).toEqual(seen.slice(2));
  // An id of an earlier run of the server: something may be missing.
  const [lost] = await readFeed(
    () => true,
    () => {},
    "node_other-5",
  );
  expect(lost?.body).toMatchObject({ type: "events.lost" });
});

test("a WebSocket tells the same", async () => {
  const socket = new WebSocket(`ws+unix://${controlFile(dataDir)}:/ws`);
  const seen: FeedEventBody[] = [];
  const ended = new Promise<void>((resolve) => {
    socket.on("message", (data) => {
      seen.push(JSON.parse(String(data)));
      if (seen.at(-1)?.type === "request.ended") resolve();
    });
  });
  await once(socket, "open");
  await ask("socket");
  await ended;
  socket.close();
  expect(seen.map(({ type }) => type)).toEqual([
    "turn.queued",
    "turn.started",
    "turn.ended",
    "request.ended",
  ]);
  const plain = askOver({ socketPath: controlFile(dataDir), path: "/ws" }).end();
  const [response] = await once(plain, "response");
  expect(response.statusCode).toBe(426);
  response.resume();
});

test("a reader that does not read holds up nobody, and is told what it has lost", async () => {
  const gone = new AbortController();
  const events = feed.follow(undefined, gone.signal)[Symbol.asyncIterator]();
  const [run] = runs.list();
  if (!run) throw new Error("A turn has run before.");
  for (let count = 0; count < 10_000; count++) feed.push({ type: "turn-started", run });
  const first = await events.next();
  expect(first.value).toMatchObject({ type: "events-lost", count: expect.any(Number) });
  gone.abort();
});

test("turnpike requests lists, shows, exports and follows, over the server's socket", async () => {
  const id = await ask("command", {}, "shown/1");
  await onRecord(id);
  const listed = await command("requests", "--client", "shown/1", "--since", "1h");
  expect(listed.out).toMatch(new RegExp(`${id} +POST /v1/chat/completions +200`));
  const json: RequestPageBody = JSON.parse((await command("requests", "--client", "shown/1", "--json")).out);
  expect(json.data.map((request) => request.id)).toEqual([id]);
  const shown = await command("requests", "show", id);
  expect(shown.out).toContain("You said command");
  const turnId = server.requests.at(-1)?.turnId ?? "";
  expect((await command("requests", "show", turnId.replace("turn_", "chatcmpl-"))).out).toContain(id);
  const exported = await command("requests", "export", "--format", "csv", "--client", "shown/1");
  expect(exported.out.split("\n")).toHaveLength(2);
  expect(await command("requests", "show", "req_none")).toMatchObject({
    code: 1,
    errors: /no request req_none/,
  });
  expect(await command("requests", "--status", "often")).toMatchObject({ code: 1, errors: /'status'/ });
  expect(await command("requests", "--since", "soon")).toMatchObject({ code: 1, errors: /--since/ });
});

test("without a server it reads the database itself", async () => {
  const id = await ask("afterwards", {}, "direct/1");
  const before = await onRecord(id);
  const following = new FakeContext(dataDir);
  following.now = Date.now();
  const followed = runProgram(["requests", "-f", "--json", "--data-dir", dataDir], following.context);
  // Only who is connected is told.
  await waitFor(async () => {
    await ask("followed");
    expect(following.printed.join("\n")).toContain('"type":"request.ended"');
  });
  await control.close(AbortSignal.abort());
  expect(await followed).toBe(1);
  const { out } = await command("requests", "show", id, "--json");
  expect(JSON.parse(out)).toEqual(before);
  expect((await command("requests", "export", "--client", "direct/1")).out).toContain(id);
  expect((await command("requests", "--client", "nobody")).out).toContain("No request on record fits.");
  expect(await command("requests", "-f")).toMatchObject({ code: 3 });
});
