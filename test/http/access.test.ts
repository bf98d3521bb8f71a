import { afterEach, expect, test } from "vitest";

import type { HttpOptions } from "../../src/http/http-options.ts";
import { configuredKeys } from "../../src/service/access/configured-keys.ts";
import {
  CHAT_PATH,
  chatBody,
  JSON_HEADERS,
  KEY,
  say,
  sendRaw,
  startScriptedServer,
  type RawAnswer,
  type ScriptedServer,
} from "./scripted-server.ts";

let server: ScriptedServer;
afterEach(() => server.close());

async function start(options: Partial<HttpOptions> = {}): Promise<void> {
  server = await startScriptedServer(say("ok"), { options });
}

/** A chat post with a valid key and these headers on top. */
function post(headers: Readonly<Record<string, string>>): Promise<RawAnswer> {
  const body = chatBody();
  return sendRaw(server, { method: "POST", path: CHAT_PATH, headers: { ...JSON_HEADERS, ...headers }, body });
}

function get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<RawAnswer> {
  return sendRaw(server, { path, headers });
}

const BEARER = { authorization: `Bearer ${KEY}` };

test("without a key, and with a wrong one, everything but the public paths is refused", async () => {
  await start();
  const missing = await get("/v1/models");
  expect(missing.status).toBe(401);
  expect(missing.headers["www-authenticate"]).toBe("Bearer");
  expect(missing.json).toEqual({
    error: {
      message: expect.stringContaining("You didn't provide an API key"),
      type: "invalid_request_error",
      param: null,
      code: "invalid_api_key",
    },
  });
  for (const authorization of ["Bearer sk-wrong", `Bearer ${KEY}x`, `Basic ${KEY}`, "Bearer ", KEY]) {
    const wrong = await get("/v1/models", { authorization });
    expect(wrong, authorization).toMatchObject({ status: 401, json: { error: { code: "invalid_api_key" } } });
    expect(wrong.text).not.toMatch(/sk-wrong|tp-test/);
  }
  for (const path of ["/conversations", "/conversations/x", "/v1/nothing", "/nothing"]) {
    expect((await get(path)).status, path).toBe(401);
  }
  for (const path of ["/", "/health", "/health/live", "/health/ready"]) {
    expect((await get(path)).status, path).toBe(200);
  }
  expect((await get("/v1/models", { authorization: `bearer ${KEY}` })).status).toBe(200);
  expect(server.requests).toEqual([]);
});

test("each key is a principal of its own, and no key at all is the local one", async () => {
  await start();
  await post({});
  await post({ authorization: "Bearer tp-other-key" });
  const [one, other] = server.requests.map((request) => request.principalId);
  expect(one).toMatch(/^key_[0-9a-f]{16}$/);
  expect(other).toMatch(/^key_[0-9a-f]{16}$/);
  expect(other).not.toBe(one);
  await server.close();

  await start({ keys: configuredKeys({ type: "none" }) });
  await post({ authorization: "Bearer whatever" });
  expect(server.requests[0]?.principalId).toBe("local");
});

test.each([
  ["a rebound name", { host: "evil.example:8080" }],
  ["a rebound name that begins like ours", { host: "localhost.evil.example" }],
  ["the any-address", { host: "0.0.0.0" }],
  ["a network address", { host: "192.168.1.5:8080" }],
  ["a name with an at sign", { host: "localhost@evil.example" }],
])("a Host that is not ours is refused: %s", async (_name, headers) => {
  await start({ keys: configuredKeys({ type: "none" }) });
  for (const path of ["/", "/health", "/v1/models"]) {
    const answer = await get(path, headers);
    expect([400, 403], `${path} ${answer.text}`).toContain(answer.status);
    expect(answer.json).toHaveProperty("error.message");
  }
  expect([400, 403]).toContain((await post(headers)).status);
  expect(server.requests).toEqual([]);
});

test("a Host that is ours passes, whatever its port", async () => {
  await start({ allowedHosts: ["turnpike.example"] });
  for (const host of [
    "localhost",
    `127.0.0.1:${server.port}`,
    "127.1.2.3",
    "[::1]:80",
    "LOCALHOST:1",
    "turnpike.example:443",
  ]) {
    expect((await get("/health", { host })).status, host).toBe(200);
  }
});

test("who is refused for the name in Host reads which flag takes it", async () => {
  await start();
  const answer = await get("/v1/models", { ...BEARER, host: "host.docker.internal:4141" });
  expect(answer).toMatchObject({
    status: 403,
    json: { error: { message: expect.stringContaining("--allowed-host host.docker.internal ") } },
  });
  expect((await get("/v1/models", { ...BEARER, host: "$(id).lan" })).text).toContain("--allowed-host <name>");
  await server.close();
  await start({ allowedHosts: ["host.docker.internal"] });
  expect((await get("/v1/models", { ...BEARER, host: "host.docker.internal:4141" })).status).toBe(200);
});

test("bound beyond loopback, IP addresses pass too, but still no foreign name", async () => {
  await start({ host: "0.0.0.0" });
  expect((await get("/health", { host: "192.168.1.5:8080" })).status).toBe(200);
  expect((await get("/health", { host: "[fd00::5]" })).status).toBe(200);
  expect((await get("/health", { host: "evil.example" })).status).toBe(403);
  await server.close();
  await start({ host: "turnpike.lan" });
  expect((await get("/health", { host: "turnpike.lan:8080" })).status).toBe(200);
});

test("a page of another origin can do nothing", async () => {
  await start({ keys: configuredKeys({ type: "none" }) });
  for (const headers of [
    { origin: "https://evil.example" },
    { origin: "http://localhost:3000" },
    { origin: `http://127.0.0.1:${server.port + 1}` },
    { origin: "null" },
    { origin: "" },
    { origin: "file://" },
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
    { origin: "https://evil.example", "sec-fetch-site": "none" },
    { origin: "https://evil.example", "content-type": "text/plain" },
  ]) {
    const text = JSON.stringify(headers);
    expect(await post(headers), text).toMatchObject({
      status: 403,
      json: { error: { type: "permission_error" } },
    });
    expect((await get("/v1/models", headers)).status, text).toBe(403);
    expect((await get("/health", headers)).status, text).toBe(403);
  }
  const preflight = await sendRaw(server, {
    method: "OPTIONS",
    path: CHAT_PATH,
    headers: { origin: "https://evil.example", "access-control-request-method": "POST" },
  });
  expect(preflight.status).toBe(403);
  expect(preflight.headers["access-control-allow-origin"]).toBeUndefined();
  expect(server.requests).toEqual([]);
});

test("the server's own pages, a person's navigation and programs pass, without CORS headers", async () => {
  await start();
  for (const headers of [
    { origin: `http://127.0.0.1:${server.port}` },
    { origin: `https://127.0.0.1:${server.port}`, "sec-fetch-site": "same-origin" },
    { "sec-fetch-site": "none" },
    {},
  ]) {
    const answer = await post(headers);
    expect(answer.status, JSON.stringify(headers)).toBe(200);
    expect(answer.headers["access-control-allow-origin"]).toBeUndefined();
  }
});

test("configured origins get CORS, with preflight and on errors too; others still do not", async () => {
  await start({ corsOrigins: ["https://chat.example"] });
  const origin = "https://chat.example";
  const preflight = await sendRaw(server, {
    method: "OPTIONS",
    path: CHAT_PATH,
    headers: {
      origin,
      "sec-fetch-site": "cross-site",
      "access-control-request-method": "POST",
      "access-control-request-headers": "authorization,content-type,x-stainless-os",
      "access-control-request-private-network": "true",
    },
  });
  expect(preflight).toMatchObject({
    status: 204,
    headers: {
      "access-control-allow-origin": origin,
      "access-control-allow-headers": "authorization,content-type,x-stainless-os",
      "access-control-allow-private-network": "true",
      vary: "Origin",
    },
  });
  const answer = await post({ origin, "sec-fetch-site": "cross-site" });
  expect(answer.status).toBe(200);
  expect(answer.headers["access-control-allow-origin"]).toBe(origin);
  expect(answer.headers["access-control-expose-headers"]).toContain("X-Conversation-ID");
  const refused = await post({ origin, authorization: "Bearer wrong" });
  expect(refused.status).toBe(401);
  expect(refused.headers["access-control-allow-origin"]).toBe(origin);
  expect((await post({ origin: "https://chat.example.evil" })).status).toBe(403);
  expect((await post({ origin: "null" })).status).toBe(403);
});

const APP_ORIGINS = [
  "app://obsidian.md",
  "tauri://localhost",
  "capacitor://localhost",
  "https://*.example.com",
  "chrome-extension://*",
  "vscode-webview://*",
];

test.each([
  ["app://obsidian.md", 200],
  ["tauri://localhost", 200],
  ["capacitor://localhost", 200],
  ["chrome-extension://abcdefghijklmnopabcdefghijklmnop", 200],
  ["vscode-webview://0k1d3v", 200],
  ["https://chat.example.com", 200],
  ["app://evil.md", 403],
  ["https://example.com.evil", 403],
  ["https://evil.com/.example.com", 403],
  ["moz-extension://0b5c", 403],
  ["null", 403],
])("apps, extensions and patterns of origins: %s is answered with %i", async (origin, status) => {
  await start({ corsOrigins: APP_ORIGINS });
  const preflight = await sendRaw(server, {
    method: "OPTIONS",
    path: CHAT_PATH,
    headers: {
      origin,
      "sec-fetch-site": "cross-site",
      "access-control-request-method": "POST",
      "access-control-request-headers": "authorization,content-type",
      "access-control-request-private-network": "true",
    },
  });
  const isAllowed = status === 200;
  expect(preflight.status).toBe(isAllowed ? 204 : 403);
  expect(preflight.headers["access-control-allow-private-network"]).toBe(isAllowed ? "true" : undefined);
  const answer = await post({ origin, "sec-fetch-site": "cross-site" });
  expect(answer.status).toBe(status);
  expect(answer.headers["access-control-allow-origin"]).toBe(isAllowed ? origin : undefined);
  expect(answer.headers["vary"]).toBe("Origin");
  expect(server.requests).toHaveLength(isAllowed ? 1 : 0);
});

test("who is refused for its origin reads which flag takes it", async () => {
  await start();
  expect((await post({ origin: "app://obsidian.md" })).text).toContain("--cors-origin app://obsidian.md ");
  expect((await post({ origin: "https://evil.com/'; rm" })).text).toContain("--cors-origin <origin> ");
  expect((await post({ origin: "null" })).text).not.toContain("--cors-origin");
});

test("a star allows every origin, but keys are still needed", async () => {
  await start({ corsOrigins: ["*"] });
  const answer = await post({ origin: "https://anything.example", "sec-fetch-site": "cross-site" });
  expect(answer.status).toBe(200);
  expect(answer.headers["access-control-allow-origin"]).toBe("https://anything.example");
  expect((await get("/v1/models", { origin: "https://anything.example" })).status).toBe(401);
  expect((await get("/v1/models", { ...BEARER, origin: "null" })).status).toBe(200);
});
