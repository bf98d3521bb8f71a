import { Agent } from "node:https";

import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";

import { SETTINGS } from "../../src/config/schema/config-schema.ts";
import { AppError } from "../../src/core/words/app-error.ts";
import { messageText } from "../../src/core/words/message.ts";
import { abortable } from "../../src/lib/abortable.ts";
import { delay } from "../../src/lib/time.ts";
import {
  CHAT_PATH,
  chatBody,
  JSON_HEADERS,
  say,
  type ScriptedServer,
  sendRaw,
  startScriptedServer,
  TURN_END,
  turnStart,
  type TurnScript,
} from "../http/scripted-server.ts";
import { openSocket } from "../http/socket-client.ts";
import { makeFolder } from "../integration/start-turnpike.ts";
import {
  HAS_PROXIES,
  type Proxy,
  PROXY_NAMES,
  type ProxyName,
  readSnippet,
  startProxy,
  WHY_NO_PROXIES,
} from "./start-proxy.ts";
import { open, send, SERVER_NAME } from "./tls-client.ts";

const MAX_BODY = 12 * 1024 * 1024;

/** What the next turns do. */
let script: TurnScript;
let server: ScriptedServer;
const tasks: (() => Promise<unknown>)[] = [];
const onEnd = (task: () => Promise<unknown>) => void tasks.push(task);

beforeAll(async () => {
  if (!HAS_PROXIES) return;
  server = await startScriptedServer((request, signal) => script(request, signal), {
    options: { allowedHosts: [SERVER_NAME], maxBodyBytes: MAX_BODY, keepAliveMs: 200 },
  });
  onEnd(() => server.close());
});
afterAll(async () => {
  for (const task of tasks.toReversed()) await task();
});

async function start(name: ProxyName, port: number, changes: Parameters<typeof readSnippet>[1] = []) {
  const folder = await makeFolder((task) => onEnd(task));
  const proxy = await startProxy(name, readSnippet(name, changes), port, folder);
  onEnd(() => proxy.stop());
  return proxy;
}

/** Says these words, with a point between the first and the others where it waits to be told to go on. */
function inTwoParts(first: string, last: string): { readonly script: TurnScript; goOn(): void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return {
    goOn: resolve,
    script: async function* (request, signal) {
      yield turnStart(request);
      yield { type: "text-delta", text: first };
      await abortable(promise, signal);
      yield { type: "text-delta", text: last };
      yield TURN_END;
    },
  };
}

/** Fails before it has said anything. */
function failing(error: ConstructorParameters<typeof AppError>[0]): TurnScript {
  // oxlint-disable-next-line require-yield
  return async function* () {
    throw new AppError(error);
  };
}

const chat = (
  extra: Readonly<Record<string, unknown>> = {},
  headers: Readonly<Record<string, string>> = {},
) => ({
  method: "POST",
  path: CHAT_PATH,
  headers: { ...JSON_HEADERS, ...headers },
  body: chatBody(extra),
});

describe.skipIf(!HAS_PROXIES).each(PROXY_NAMES)(`behind %s as the docs have it${WHY_NO_PROXIES}`, (name) => {
  let proxy: Proxy;
  beforeAll(async () => {
    proxy = await start(name, server.port);
  });

  test.each([
    ["a short piece", "first"],
    // More than what some proxies gather before they compress.
    ["a long piece", `first${" and more".repeat(500)}`],
  ])("%s of a stream arrives before the next is said", async (_, first) => {
    const parts = inTwoParts(first, "last");
    script = parts.script;
    const answer = await open(proxy, chat({ stream: true }, { "accept-encoding": "identity" }));
    await answer.untilHas("first");
    expect(answer.text).not.toContain("last");
    parts.goOn();
    await answer.untilHas("[DONE]");
    expect(answer.text).toContain("last");
    expect(answer.headers["content-type"]).toMatch(/^text\/event-stream/);
  });

  test("a stream to a client that takes compressed answers arrives at once, too", async () => {
    const parts = inTwoParts(`first${" and more".repeat(500)}`, "last");
    script = parts.script;
    const answer = await open(
      proxy,
      chat({ stream: true }, { "accept-encoding": "gzip, deflate, br, zstd" }),
    );
    await answer.untilHas("first");
    parts.goOn();
    await answer.untilHas("[DONE]");
  });

  test("turns on a WebSocket", async () => {
    const socket = await openSocket(`https://127.0.0.1:${proxy.port}/v1/responses`, {
      agent: new Agent({ ca: proxy.ca, servername: SERVER_NAME }),
      headers: { host: SERVER_NAME, authorization: JSON_HEADERS.authorization },
    });
    onTestFinished(() => socket.socket.terminate());
    for (const turn of [1, 2]) {
      const parts = inTwoParts(`first ${turn}`, "last");
      script = parts.script;
      socket.send({ type: "response.create", model: "sonnet", store: false, input: `turn ${turn}` });
      let event = await socket.next();
      while (event && event.type !== "response.output_text.delta") event = await socket.next();
      expect(event).toMatchObject({ delta: `first ${turn}` });
      parts.goOn();
      expect((await socket.nextResponse()).at(-1)).toMatchObject({ type: "response.completed" });
    }

    // A client that leaves in a turn.
    script = inTwoParts("first", "never").script;
    socket.send({ type: "response.create", model: "sonnet", store: false, input: "turn 3" });
    let event = await socket.next();
    while (event && event.type !== "response.output_text.delta") event = await socket.next();
    socket.socket.terminate();
    await expect.poll(() => server.signals.at(-1)?.aborted, { interval: 10 }).toBe(true);
  });

  test.each([
    ["in a stream", true],
    ["that waits for a whole answer", false],
  ])("a client that leaves %s ends its turn", async (_, stream) => {
    script = inTwoParts("first", "never").script;
    const before = server.requests.length;
    const asking = open(proxy, chat({ stream }));
    asking.catch(() => {});
    await expect.poll(() => server.requests.length, { interval: 10 }).toBe(before + 1);
    if (stream) await (await asking).untilHas("first");
    expect(server.signals.at(-1)?.aborted).toBe(false);
    asking.leave();
    await expect.poll(() => server.signals.at(-1)?.aborted, { interval: 10 }).toBe(true);
  });

  test("a body of 10 MB", async () => {
    script = say("ok");
    const content = "0123456789".repeat(1_000_000);
    const { status } = await send(proxy, chat({ messages: [{ role: "user", content }] }));
    expect(status).toBe(200);
    const [message] = server.requests.at(-1)?.messages ?? [];
    expect(message && messageText(message)).toBe(content);
  });

  test.each([
    ["a wrong key", chat({}, { authorization: "Bearer wrong" }), 401],
    ["an unknown model", chat({ model: "nobody" }), 404],
    ["no JSON", { ...chat(), body: "{" }, 400],
    ["no such path", { path: "/v1/nothing", headers: JSON_HEADERS }, 404],
    ["a limit", chat(), 429, { kind: "upstream-rate-limited", message: "Later.", retryAfterMs: 7_000 }],
    ["a fault of the engine", chat(), 502, { kind: "engine-failed", message: "It broke." }],
    ["an API that is overloaded", chat(), 503, { kind: "upstream-overloaded", message: "Busy." }],
    ["too large a body", { ...chat(), body: "x".repeat(MAX_BODY + 1_000_000) }, 413],
    [
      "a large body with a wrong key",
      { ...chat({}, { authorization: "Bearer wrong" }), body: "x".repeat(5_000_000) },
      401,
    ],
  ] as const)(
    "%s: status, headers and body arrive as they are",
    async (_, sent, status, error = undefined) => {
      if (error) script = failing(error);
      const through = await send(proxy, sent);
      const direct = await sendRaw(server, sent);
      const told = ({ headers, ...answer }: typeof through) => ({
        status: answer.status,
        body: answer.text.replaceAll(/req_\w+/g, "req_…"),
        type: headers["content-type"],
        retryAfter: headers["retry-after"],
        hasRequestId: headers["x-request-id"] !== undefined,
      });
      expect(told(through)).toEqual(told(direct));
      expect(through.status).toBe(status);
    },
  );

  test("an error in the middle of a stream", async () => {
    script = async function* (request) {
      yield turnStart(request);
      yield { type: "text-delta", text: "first" };
      const error = { kind: "engine-failed", message: "It broke in the middle." } as const;
      yield { type: "turn-error", error, usage: TURN_END.usage, costUsd: 0 };
    };
    const { text } = await send(proxy, chat({ stream: true }));
    expect(text).toContain("first");
    expect(text).toContain("It broke in the middle.");
  });
});

const WITH_LIMITS = ["nginx", "haproxy"] as const satisfies readonly ProxyName[];

test.each(WITH_LIMITS)("%s waits as long as the longest turn may be silent", (name) => {
  const longest = SETTINGS.find(({ key }) => key === "turns.turnTimeout")?.default;
  const limits = [
    ...readSnippet(name).matchAll(/(?:proxy_read_timeout|timeout +(?:server|client|tunnel)) +(\w+)/g),
  ];
  expect(limits.map(([, time]) => time)).toEqual(name === "nginx" ? [longest] : [longest, longest, longest]);
});

describe.skipIf(!HAS_PROXIES)("silences, with 1 second in place of 2 hours", () => {
  test.concurrent.each(WITH_LIMITS)(
    "%s: the configured time is the one that counts, and signs of life last longer",
    async (name) => {
      script = async function* (request, signal) {
        yield turnStart(request);
        await delay(2_500, signal);
        yield { type: "text-delta", text: "after a silence" };
        yield TURN_END;
      };
      const proxy = await start(name, server.port, [["2h", "1s"]]);
      const [stream, whole] = await Promise.all([
        send(proxy, chat({ stream: true })),
        send(proxy, chat({ stream: false })),
      ]);
      expect(stream.text).toContain("after a silence");
      expect(whole.status).toBe(504);
    },
  );
});
