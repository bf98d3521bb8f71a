import { afterEach, expect, test } from "vitest";

import { postChat, say, startScriptedServer, type ScriptedServer } from "./scripted-server.ts";

let server: ScriptedServer;
afterEach(() => server.close());

test.each([
  [{}, "30", 30_000],
  [{}, "2.5", 2500],
  [{}, "0.0001", 1],
  [{ claude: { timeout_ms: 700 } }, undefined, 700],
  [{ claude: { timeout_ms: 700 } }, "0.5", 500],
  [{ claude: { timeout_ms: 700 } }, "5", 700],
  [{}, undefined, undefined],
] as const)("a deadline reaches the turn: %o, header %s", async (body, header, timeoutMs) => {
  server = await startScriptedServer(say("ok"));
  const headers = header === undefined ? undefined : { "x-turnpike-timeout": header };
  expect(await postChat(server, body, headers)).toMatchObject({ status: 200 });
  expect(server.requests[0]?.timeoutMs).toBe(timeoutMs);
});

test("a deadline that is none is refused, naming the header", async () => {
  server = await startScriptedServer(say("ok"));
  for (const header of ["", "0", "-1", "soon", "1e3", "5s", "Infinity", "NaN", "100000", "1,5", "0x10"]) {
    expect(await postChat(server, {}, { "x-turnpike-timeout": header }), header).toMatchObject({
      status: 400,
      json: { error: { type: "invalid_request_error", param: "X-Turnpike-Timeout", code: "invalid_value" } },
    });
  }
  expect(server.requests).toEqual([]);
});
