import { once } from "node:events";
import { request as sendRequest, type IncomingMessage } from "node:http";

import { EventSourceParserStream } from "eventsource-parser/stream";
import { afterEach, expect, test } from "vitest";

import { ApprovalDesk, type TurnQuestion } from "../../src/core/approvals/approval-desk.ts";
import type { ConversationId, PrincipalId, TurnId } from "../../src/core/words/ids.ts";
import type { HttpOptions } from "../../src/http/http-options.ts";
import { configuredKeys, principalOfKey } from "../../src/service/access/configured-keys.ts";
import {
  KEY,
  postChat,
  say,
  sendRaw,
  startScriptedServer,
  type RawAnswer,
  type ScriptedServer,
} from "./scripted-server.ts";
import { waitFor } from "../wait-for.ts";

const OTHER_KEY = "tp-other-key";
const APPROVER = "tp-approver-one";
const SECOND_APPROVER = "tp-approver-two";
const BOTH = "tp-both";
const KEYS = [KEY, OTHER_KEY, BOTH];
const APPROVER_KEYS = [APPROVER, SECOND_APPROVER, BOTH];

let server: ScriptedServer;
let desk: ApprovalDesk;
afterEach(async () => {
  desk.close();
  await server.close();
});

async function start(options: Partial<HttpOptions> = {}, timeoutMs = 60_000): Promise<void> {
  desk = new ApprovalDesk({ timeoutMs, clock: Date.now });
  const keys = configuredKeys({ type: "keys", keys: KEYS, approverKeys: APPROVER_KEYS });
  server = await startScriptedServer(say("ok"), {
    approvals: desk,
    options: { keys, ...options },
  });
}

/** A call of a turn of this key's that waits. */
function ask(extra: Partial<TurnQuestion> = {}, key = KEY) {
  // Proof for the casts: nothing here looks into ids.
  const question: TurnQuestion = {
    turnId: "turn_1" as TurnId,
    conversationId: "conv_1" as ConversationId,
    principalId: principalOfKey(key),
    profile: "default",
    activityId: "toolu_1",
    toolName: "Bash",
    input: { command: "npm test" },
    summary: "Run npm test",
    alwaysAllows: ["Bash(npm test:*)"],
    ...extra,
  };
  const { event, answer } = desk.ask(question, new AbortController().signal);
  return { id: event.approvalId, answer };
}

function get(path: string, key = APPROVER): Promise<RawAnswer> {
  return sendRaw(server, { path, headers: { authorization: `Bearer ${key}` } });
}

function decide(id: string, body: unknown, key = APPROVER): Promise<RawAnswer> {
  return sendRaw(server, {
    method: "POST",
    path: `/approvals/${id}`,
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}

async function idsSeenBy(key: string): Promise<readonly string[]> {
  const { json } = await get("/approvals", key);
  // Proof for the cast: the test below checks the shape of this list.
  return (json as { data: { id: string }[] }).data.map(({ id }) => id);
}

test("an approver sees what waits, in full and oldest first, and what became of it", async () => {
  await start();
  const content = `line\n\u{1b}[2J${"x".repeat(50_000)}`;
  const first = ask({ toolName: "Write", input: { file_path: "/w/a.txt", content }, alwaysAllows: [] });
  const second = ask();
  const list = await get("/approvals");
  expect(list.json).toEqual({
    object: "list",
    data: [
      {
        id: first.id,
        object: "approval",
        status: "waiting",
        turn_id: "turn_1",
        conversation_id: "conv_1",
        profile: "default",
        tool: "Write",
        input: { file_path: "/w/a.txt", content },
        summary: "Run npm test",
        always_allows: [],
        requested_at: expect.any(Number),
        expires_at: expect.any(Number),
      },
      expect.objectContaining({ id: second.id, always_allows: ["Bash(npm test:*)"] }),
    ],
    has_more: false,
  });
  const { requested_at: requestedAt, expires_at: expiresAt } = (await get(`/approvals/${second.id}`))
    .json as { requested_at: number; expires_at: number };
  expect(Math.abs(requestedAt - Date.now() / 1000)).toBeLessThan(5);
  expect(expiresAt - requestedAt).toBe(60);
  await decide(second.id, { decision: "allow" });
  expect(await idsSeenBy(APPROVER)).toEqual([first.id]);
  expect((await get(`/approvals/${second.id}`)).json).toMatchObject({
    status: "allowed",
    decided_by: principalOfKey(APPROVER),
  });
});

test.each([
  [{ decision: "allow" }, "allowed", { outcome: "allowed" }],
  [{ decision: "deny" }, "denied", { outcome: "denied" }],
  [{ decision: "deny", reason: "Use make." }, "denied", { outcome: "denied", reason: "Use make." }],
  [{ decision: "deny", reason: null, more: 1 }, "denied", { outcome: "denied" }],
  [{ decision: "always" }, "always_allowed", { outcome: "always-allowed" }],
])("%j ends it as %s, once", async (body, status, outcome) => {
  await start();
  const { id, answer } = ask();
  const answered = await decide(id, body);
  expect(answered).toMatchObject({
    status: 200,
    json: { id, object: "approval", status, decided_by: principalOfKey(APPROVER) },
  });
  expect(await answer).toEqual(outcome);
  const late = await decide(id, { decision: "deny" });
  expect(late).toMatchObject({
    status: 409,
    headers: { "x-should-retry": "false" },
    json: { error: { code: "conflict", message: expect.stringContaining("This approval is over: it was") } },
  });
});

test.each([
  [{}, "decision"],
  [{ decision: "maybe" }, "decision"],
  [{ decision: true }, "decision"],
  [{ decision: ["allow"] }, "decision"],
  [{ decision: null }, "decision"],
  [{ decision: "ALLOW" }, "decision"],
  [{ decision: "deny", reason: 1 }, "reason"],
  [{ decision: "deny", reason: "x".repeat(10_001) }, "reason"],
  ["allow", null],
  [[], null],
  [null, null],
])("%j is no decision, and the call goes on waiting", async (body, param) => {
  await start();
  const { id } = ask();
  const answer = await decide(id, body);
  expect(answer).toMatchObject({ status: 400, json: { error: { param, type: "invalid_request_error" } } });
  expect(await idsSeenBy(APPROVER)).toEqual([id]);
});

test("what is no JSON is refused before anything else is done with it", async () => {
  await start();
  const { id } = ask();
  const headers = { authorization: `Bearer ${APPROVER}` };
  const post = (body: string, type: string) =>
    sendRaw(server, {
      method: "POST",
      path: `/approvals/${id}`,
      headers: { ...headers, "content-type": type },
      body,
    });
  expect((await post('{"decision":', "application/json")).status).toBe(400);
  expect((await post("decision=allow", "application/x-www-form-urlencoded")).status).toBe(415);
  expect(await idsSeenBy(APPROVER)).toEqual([id]);
});

test("always is refused where only allow or deny can be had", async () => {
  await start();
  const { id } = ask({ alwaysAllows: [] });
  expect(await decide(id, { decision: "always" })).toMatchObject({
    status: 400,
    json: { error: { param: "decision", message: expect.stringContaining("allow or deny") } },
  });
  expect((await decide(id, { decision: "allow" })).status).toBe(200);
});

test("ids that nobody has are not found, and neither are other methods", async () => {
  await start();
  for (const id of ["apr_0", "..%2f..", "x".repeat(500), "%00"]) {
    expect((await get(`/approvals/${id}`)).status, id).toBe(404);
    expect((await decide(id, { decision: "allow" })).status, id).toBe(404);
  }
  const { id } = ask();
  const headers = { authorization: `Bearer ${APPROVER}` };
  expect(await sendRaw(server, { method: "DELETE", path: `/approvals/${id}`, headers })).toMatchObject({
    status: 405,
    headers: { allow: "GET, POST" },
  });
});

test("an API key sees its own approvals only and may not answer them", async () => {
  await start();
  const own = ask();
  const others = ask({}, OTHER_KEY);
  expect(await idsSeenBy(KEY)).toEqual([own.id]);
  expect(await idsSeenBy(OTHER_KEY)).toEqual([others.id]);
  expect(await idsSeenBy(APPROVER)).toEqual([own.id, others.id]);
  expect((await get(`/approvals/${own.id}`, KEY)).status).toBe(200);
  expect((await get(`/approvals/${others.id}`, KEY)).status).toBe(404);
  for (const id of [own.id, others.id, "apr_0"]) {
    expect(await decide(id, { decision: "allow" }, KEY), id).toMatchObject({
      status: 403,
      json: {
        error: {
          type: "permission_error",
          message: expect.stringContaining("auth.clientsMayApprove"),
        },
      },
    });
  }
  expect(desk.list()).toHaveLength(2);
});

test("with clientsMayApprove an API key answers its own, and nobody else's", async () => {
  const keys = { type: "keys", keys: KEYS, approverKeys: APPROVER_KEYS } as const;
  await start({ keys: configuredKeys({ ...keys, clientsMayApprove: true }) });
  const own = ask();
  const others = ask({}, OTHER_KEY);
  expect((await decide(own.id, { decision: "allow" }, KEY)).status).toBe(200);
  expect((await decide(others.id, { decision: "allow" }, KEY)).status).toBe(404);
  expect((await decide(others.id, { decision: "allow" })).status).toBe(200);
});

test("an approver key opens nothing but the approvals; a key of both kinds opens everything", async () => {
  await start();
  const paths = [
    "/v1/models",
    "/v1/files",
    "/v1/responses",
    "/v1/responses/resp_1",
    "/v1/nothing",
    "/conversations",
    "/approvalsx",
    "//conversations",
    "/approvals%2f..%2fconversations",
  ];
  for (const path of paths) {
    expect(await get(path), path).toMatchObject({ status: 403, json: { error: { code: "forbidden" } } });
  }
  const approver = { authorization: `Bearer ${APPROVER}` };
  expect((await postChat(server, {}, approver)).status).toBe(403);
  expect((await get("/health")).status).toBe(200);
  expect(server.requests).toEqual([]);

  const { id } = ask();
  expect((await get("/v1/models", BOTH)).status).toBe(200);
  expect((await decide(id, { decision: "deny" }, BOTH)).status).toBe(200);
  expect((await get("/approvals", "tp-nobody")).status).toBe(401);
  expect((await sendRaw(server, { path: "/approvals" })).status).toBe(401);
});

test("a page of another origin may not look or answer, whatever it knows", async () => {
  await start({ keys: configuredKeys({ type: "none", clientsMayApprove: true }) });
  const { id } = ask();
  const headers = { origin: "https://evil.example", "content-type": "application/json" };
  const body = JSON.stringify({ decision: "allow" });
  const post = { method: "POST", path: `/approvals/${id}`, headers, body };
  expect((await sendRaw(server, post)).status).toBe(403);
  expect((await sendRaw(server, { path: "/approvals/stream", headers })).status).toBe(403);
  expect(desk.list()).toHaveLength(1);
});

test("without authentication the local user looks on, and answers when clients may", async () => {
  // Proof for the cast: so is the local user called.
  const principalId = "local" as PrincipalId;
  await start({ keys: configuredKeys({ type: "none", approverKeys: [APPROVER] }) });
  const { id } = ask({ principalId });
  const headers = { "content-type": "application/json" };
  const allow = () =>
    sendRaw(server, { method: "POST", path: `/approvals/${id}`, headers, body: '{"decision":"allow"}' });
  expect((await sendRaw(server, { path: `/approvals/${id}` })).status).toBe(200);
  expect((await allow()).status).toBe(403);
  expect((await get("/v1/models", "whatever")).status).toBe(200);
  expect((await get("/v1/models")).status).toBe(403);
  expect((await decide(id, { decision: "allow" })).status).toBe(200);
  await server.close();

  await start({ keys: configuredKeys({ type: "none", clientsMayApprove: true }) });
  const other = ask({ principalId });
  const path = `/approvals/${other.id}`;
  const answer = await sendRaw(server, { method: "POST", path, headers, body: '{"decision":"allow"}' });
  expect(answer).toMatchObject({ status: 200, json: { decided_by: "local" } });
});

test("of two approvers at once one wins, and the other is told the outcome", async () => {
  await start();
  for (let round = 0; round < 20; round++) {
    const { id, answer } = ask();
    const both = await Promise.all([
      decide(id, { decision: "allow" }, APPROVER),
      decide(id, { decision: "deny" }, SECOND_APPROVER),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    const isAllowed = both[0].status === 200;
    expect((await answer).outcome).toBe(isAllowed ? "allowed" : "denied");
    const lost = both.find(({ status }) => status === 409);
    expect(lost?.text).toContain(isAllowed ? "it was allowed" : "it was denied");
  }
});

test("an answer after the time, or after the turn, is a conflict", async () => {
  await start({}, 20);
  const late = ask();
  expect(await late.answer).toEqual({ outcome: "timed-out" });
  expect((await decide(late.id, { decision: "allow" })).status).toBe(409);
  expect((await get(`/approvals/${late.id}`)).json).toMatchObject({ status: "timed_out" });
  expect((await get(`/approvals/${late.id}`)).json).not.toHaveProperty("decided_by");
  const waiting = ask();
  desk.close();
  expect((await decide(waiting.id, { decision: "allow" })).status).toBe(409);
});

interface Feed {
  readonly answer: IncomingMessage;
  /** What came so far: events and comments. */
  readonly heard: { event: string | undefined; data: unknown }[];
  readonly text: () => string;
  leave(): void;
}

async function openFeed(key = APPROVER): Promise<Feed> {
  const headers = { authorization: `Bearer ${key}` };
  const request = sendRequest({
    host: "127.0.0.1",
    port: server.port,
    path: "/approvals/stream",
    headers,
    agent: false,
  });
  request.end();
  // Proof for the cast: `response` comes with the answer.
  const [answer] = (await once(request, "response")) as [IncomingMessage];
  const heard: Feed["heard"] = [];
  let text = "";
  const parser = new EventSourceParserStream();
  const writer = parser.writable.getWriter();
  answer.setEncoding("utf8");
  answer.on("data", (chunk: string) => {
    text += chunk;
    void writer.write(chunk);
  });
  answer.on("end", () => void writer.close());
  answer.on("error", () => {});
  request.on("error", () => {});
  void (async () => {
    for await (const { event, data } of parser.readable) heard.push({ event, data: JSON.parse(data) });
  })();
  return { answer, heard, text: () => text, leave: () => void request.destroy() };
}

test("the feed tells what waits, then what happens, each key its own", async () => {
  await start({ keepAliveMs: 20 });
  const before = ask();
  ask({}, OTHER_KEY);
  const all = await openFeed();
  const own = await openFeed(KEY);
  expect(all.answer.headers).toMatchObject({
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-cache",
  });
  await waitFor(() => expect(all.heard).toHaveLength(2));
  const after = ask();
  await decide(before.id, { decision: "allow" });
  await waitFor(() => expect(all.heard).toHaveLength(4));
  await waitFor(() => expect(own.heard).toHaveLength(3));
  expect(all.heard[0]).toEqual({
    event: "approval.requested",
    data: {
      type: "approval.requested",
      approval: expect.objectContaining({ id: before.id, status: "waiting", object: "approval" }),
    },
  });
  expect(own.heard.map(({ event, data }) => [event, statusOf(data)])).toEqual([
    ["approval.requested", [before.id, "waiting"]],
    ["approval.requested", [after.id, "waiting"]],
    ["approval.resolved", [before.id, "allowed"]],
  ]);
  await waitFor(() => expect(own.text()).toMatch(/allowed.*\n\n: keep-alive\n\n/s));
  all.leave();
  own.leave();
});

function statusOf(data: unknown): readonly unknown[] {
  // Proof for the cast: the test above checks the shape of the feed's events.
  const { approval } = data as { approval: { id: string; status: string } };
  return [approval.id, approval.status];
}

test("a feed with nothing to tell opens at once, and ends when the server's approvals do", async () => {
  await start();
  const feed = await openFeed();
  await waitFor(() => expect(feed.text()).toBe(": keep-alive\n\n"));
  const ended = once(feed.answer, "end");
  desk.close();
  await ended;
});

test("feeds that are left make room for others", async () => {
  await start();
  const feeds: Feed[] = [];
  for (let count = 0; count < 256; count++) feeds.push(await openFeed());
  expect(await get("/approvals/stream")).toMatchObject({
    status: 429,
    json: { error: { code: "queue_full" } },
  });
  for (const feed of feeds) feed.leave();
  await waitFor(async () => {
    const feed = await openFeed();
    expect(feed.answer.statusCode).toBe(200);
    feed.leave();
  });
  const headers = { authorization: `Bearer ${APPROVER}` };
  expect((await sendRaw(server, { method: "HEAD", path: "/approvals/stream", headers })).status).toBe(200);
});
