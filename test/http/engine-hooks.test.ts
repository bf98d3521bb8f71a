import { request as sendRequest } from "node:http";

import { afterAll, beforeAll, expect, test } from "vitest";

import { say, sendRaw, startScriptedServer, type ScriptedServer } from "./scripted-server.ts";

const SECRET = "tp-hook-of-the-test";
const PIECE = Buffer.alloc(1024 * 1024, " ");
const LIMIT_PIECES = 32;

const heard: unknown[] = [];
let server: ScriptedServer;
const hear = async (body: unknown) => {
  heard.push(body);
  return { heard: true };
};
beforeAll(async () => {
  server = await startScriptedServer(say("ok"), { engineHooks: [{ secret: SECRET, hear }] });
});
afterAll(() => server.close());

const TO_HOOKS = {
  method: "POST",
  path: "/hooks/claude-code",
  headers: { "content-type": "application/json", "x-turnpike-hook-secret": SECRET },
};

test("a hook with the secret is heard, others find nothing", async () => {
  const body = JSON.stringify({ hook_event_name: "Stop" });
  expect(await sendRaw(server, { ...TO_HOOKS, body })).toMatchObject({ status: 200, json: { heard: true } });
  expect(heard.splice(0)).toEqual([{ hook_event_name: "Stop" }]);
  const headers = { ...TO_HOOKS.headers, "x-turnpike-hook-secret": "tp-hook-guessed" };
  expect((await sendRaw(server, { ...TO_HOOKS, headers, body })).status).toBe(404);
  expect((await sendRaw(server, { ...TO_HOOKS, body: "{" })).status).toBe(400);
  expect(heard).toEqual([]);
});

test("of a body of undeclared length no more than the limit is read", async () => {
  const answer = await new Promise<{ status: number; pieces: number }>((resolve, reject) => {
    let pieces = 0;
    let isAnswered = false;
    const request = sendRequest({ ...TO_HOOKS, host: "127.0.0.1", port: server.port }, (response) => {
      isAnswered = true;
      response.resume();
      resolve({ status: response.statusCode ?? 0, pieces });
    });
    // The server closes the connection under the writer's feet; that is its right.
    request.on("error", (error) => isAnswered || reject(error));
    const more = () => {
      if (isAnswered) return;
      pieces += 1;
      if (pieces > 2 * LIMIT_PIECES) request.end("{}");
      else request.write(PIECE, () => setImmediate(more));
    };
    more();
  });
  expect(answer.status).toBe(413);
  expect(answer.pieces).toBeLessThan(2 * LIMIT_PIECES);
  expect(heard).toEqual([]);
});
