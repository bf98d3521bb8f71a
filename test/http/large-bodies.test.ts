import { connect } from "node:net";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import {
  CHAT_PATH,
  JSON_HEADERS,
  say,
  sendRaw,
  startScriptedServer,
  type ScriptedServer,
} from "./scripted-server.ts";
import { expectWithin } from "../machine-speed.ts";

let server: ScriptedServer;
beforeAll(async () => {
  server = await startScriptedServer(say("ok"), { options: { maxBodyBytes: 32 * 1024 * 1024 } });
});
afterAll(() => server.close());

const USER = { role: "user", content: "hello" };
const times = (count: number, make: (at: number) => unknown) =>
  Array.from({ length: count }, (_, at) => make(at));
const chat = (extra: object) => JSON.stringify({ model: "sonnet", messages: [USER], ...extra });
/** With `value` as the JSON text of a field that means nothing. */
const withField = (value: string) => `${chat({}).slice(0, -1)},"x":${value}}`;

/** What this process has worked meanwhile, client and server, in milliseconds; a busy machine does not count. */
async function post(body: string, path = CHAT_PATH) {
  const before = process.threadCpuUsage();
  const answer = await sendRaw(server, { method: "POST", path, headers: JSON_HEADERS, body });
  const { user, system } = process.threadCpuUsage(before);
  return { ...answer, work: (user + system) / 1000 };
}

describe("what is of an allowed length but would take seconds to read is refused before it is read", () => {
  test.each([
    ["lists in lists", withField("[".repeat(2_000_000) + "]".repeat(2_000_000)), /512 levels/],
    [
      "a million fields",
      withField(
        JSON.stringify(
          Object.fromEntries(times(1_000_000, (at) => [`f${at}`, 1]).map((each) => each as [string, number])),
        ),
      ),
      /4096 fields/,
    ],
    ["millions of values", withField(`[${"1,".repeat(8_000_000)}1]`), /16384 elements/],
    [
      "a message of many parts",
      chat({ messages: [{ role: "user", content: times(200_000, () => ({ type: "text", text: "a" })) }] }),
      /16384 elements/,
    ],
    ["very many messages", chat({ messages: times(10_000, () => USER) }), /array too long.*8192/],
  ])("%s", async (_, body, message) => {
    const { status, json, work } = await post(body);
    expect(status).toBe(400);
    expect(json).toMatchObject({
      error: { type: "invalid_request_error", message: expect.stringMatching(message) },
    });
    expectWithin(work, 1_000);
  });

  test("very many items of /v1/responses", async () => {
    const input = times(9_000, () => USER);
    const { status, json } = await post(JSON.stringify({ model: "sonnet", input }), "/v1/responses");
    expect(status).toBe(400);
    expect(json).toMatchObject({ error: { code: "array_above_max_length", param: "input" } });
  });
});

test("what conversations are made of is read", async () => {
  const { status } = await post(
    chat({
      messages: [
        ...times(4_000, (at) => ({ role: at % 2 ? "assistant" : "user", content: `[{,"${at}` })),
        USER,
      ],
      x: { "a[{": "{".repeat(100_000) },
    }),
  );
  expect(status).toBe(200);
});

test.each([
  ["a wrong key", "Bearer wrong", 401],
  ["too large", JSON_HEADERS.authorization, 413],
])(
  "a refusal (%s) reaches a client that reads only when it has sent all of its body",
  async (_, key, status) => {
    const body = Buffer.alloc(40 * 1024 * 1024, "x");
    const socket = connect(server.port, "127.0.0.1");
    socket.write(
      `POST ${CHAT_PATH} HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nAuthorization: ${key}\r\n` +
        `Content-Type: application/json\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n`,
    );
    await new Promise<void>((resolve, reject) => {
      socket.on("error", reject);
      socket.write(body, () => resolve());
    });
    let answer = "";
    for await (const piece of socket.setEncoding("utf8")) answer += String(piece);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer).toContain('"error"');
  },
);
