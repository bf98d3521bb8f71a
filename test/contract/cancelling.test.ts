import { query, type SDKUserMessage } from "@anthropic-ai/claude-agent-sdk";
import { describe, expect, test } from "vitest";

import { AppError } from "../../src/core/words/app-error.ts";
import { reply, text, textBlock, toolUse } from "../../src/demo/build-reply.ts";
import { Gate } from "../../src/demo/gate.ts";
import { sessionOptions } from "../../src/engines/claude/start-options.ts";
import { PushQueue } from "../../src/lib/push-queue.ts";
import { nextTick } from "../../src/lib/time.ts";
import { DENYING_SUPERVISOR } from "../engine/turn-input.ts";
import { NEVER, runTurn, say, shareClaude, startSpare, textOf } from "./share-claude.ts";
import { expectWithin } from "../machine-speed.ts";

const claude = shareClaude();

/** Far above what an interrupt takes, far below the two seconds that ending the process takes. */
const AT_ONCE_MS = 500;

describe("an abort", () => {
  test("drops the model's request at once and ends the turn with what was said", async () => {
    const { start, model, chat } = claude();
    const session = await start(chat());
    const gate = new Gate();
    model.respondWith(reply({ blocks: [textBlock("", { chunks: ["Hel", gate, "lo"] })] }));
    const client = new AbortController();
    const turn = runTurn(session, "hello", client.signal);
    await gate.reached;
    const request = await model.waitForRequest(1);
    const abortedAt = performance.now();
    client.abort();
    const events = await turn;
    expect(events.at(-1)).toMatchObject({ type: "turn-error", error: { kind: "cancelled" } });
    const end = await request.ended;
    expect(end.type).toBe("aborted");
    expectWithin(end.at - abortedAt, AT_ONCE_MS);
    expect(session.canContinue).toBe(false);
    await session.close();
    expect(await session.exited).toBeDefined();
  });

  test("says why, when there is a reason", async () => {
    const { start, model, chat } = claude();
    const session = await start(chat());
    const gate = new Gate();
    model.respondWith(reply({ beforeStart: [gate], blocks: [textBlock("Hello")] }));
    const client = new AbortController();
    const turn = runTurn(session, "hello", client.signal);
    await gate.reached;
    client.abort(new AppError({ kind: "timeout", message: "Too long." }));
    expect((await turn).at(-1)).toMatchObject({ error: { kind: "timeout", message: "Too long." } });
    await session.close();
  });

  test("may overtake the message that it is to stop, which then is answered all the same", async () => {
    const { model, chat, environment } = claude();
    const input = new PushQueue<SDKUserMessage>();
    const session = query({
      prompt: input,
      options: sessionOptions(chat(), "dontAsk", { environment, upstreamRetries: 0 }),
    });
    await session.initializationResult();
    input.push({ type: "user", parent_tool_use_id: null, message: { role: "user", content: "hello" } });
    await session.interrupt();
    for await (const message of session) {
      if (message.type !== "result") continue;
      expect(message).toMatchObject({ subtype: "success", is_error: false });
      break;
    }
    expect(model.requests).toHaveLength(1);
    session.close();
  });

  test("right after the message is said again by us until it counts", async () => {
    const { start, model, chat } = claude();
    const session = await start(chat());
    model.respondWith(reply({ beforeStart: [new Gate()], blocks: [textBlock("Hello")] }));
    const client = new AbortController();
    const turn = runTurn(session, "hello", client.signal);
    // The message is on its way into the process now.
    await nextTick();
    client.abort();
    expect((await turn).at(-1)).toMatchObject({ error: { kind: "cancelled" } });
    await session.close();
    await Promise.all(model.requests.map((request) => request.ended));
    expect(model.requests.filter((request) => !request.aborted)).toEqual([]);
  });

  test("before the turn begins sends nothing", async () => {
    const { start, model, chat } = claude();
    const session = await start(chat());
    await runTurn(session, "hello", AbortSignal.abort());
    await session.close();
    expect(model.requests).toEqual([]);
  });

  test("in the middle of a tool ends the tool and the process", async () => {
    const { start, model, agent } = claude();
    const session = await start(agent());
    model.respondWith([
      reply({
        blocks: [toolUse("Bash", { command: "sleep 60", description: "Wait" }, { id: "toolu_sleep" })],
      }),
      text("never said"),
    ]);
    const client = new AbortController();
    const started = Promise.withResolvers<void>();
    const turn = (async () => {
      for await (const event of session.runTurn(say("wait"), DENYING_SUPERVISOR, client.signal)) {
        if (event.type === "activity-start") started.resolve();
      }
    })();
    await started.promise;
    const abortedAt = performance.now();
    client.abort();
    await turn;
    expectWithin(performance.now() - abortedAt, AT_ONCE_MS);
    await session.close();
    expect(await session.exited).toBeDefined();
    expect(model.requests).toHaveLength(1);
  });
});

describe("a reader who leaves", () => {
  test("ends the turn", async () => {
    const { start, model, chat } = claude();
    const session = await start(chat());
    const gate = new Gate();
    model.respondWith(reply({ blocks: [textBlock("", { chunks: ["Hel", gate, "lo"] })] }));
    for await (const event of session.runTurn(say("hello"), DENYING_SUPERVISOR, NEVER)) {
      if (event.type === "text-delta") break;
    }
    expect(await (await model.waitForRequest(1)).ended).toMatchObject({ type: "aborted" });
    expect(session.canContinue).toBe(false);
    await session.close();
  });

  test("after the end leaves the session as it is", async () => {
    const { start, model, chat } = claude();
    const session = await start(chat());
    model.respondWith([text("one"), text("two")]);
    for await (const event of session.runTurn(say("hello"), DENYING_SUPERVISOR, NEVER))
      if (event.type === "turn-end") break;
    expect(session.canContinue).toBe(true);
    expect(textOf(await runTurn(session, "again"))).toBe("two");
    await session.close();
  });
});

describe("closing", () => {
  test("an idle session ends its process gently, by the end of its input", async () => {
    const { start, chat } = claude();
    const session = await start(chat());
    await runTurn(session, "hello");
    await session.close();
    expect(await session.exited).toEqual({ code: 0, signal: null });
  });

  test("a session whose turn failed does not take long", async () => {
    const { start, model, chat } = claude();
    const session = await start(chat());
    model.respondWith({ type: "http", status: 403, headers: {}, body: "{}" });
    await runTurn(session, "hello");
    const before = performance.now();
    await session.close();
    expectWithin(performance.now() - before, 2_000);
  });
});

describe("a start that is given up", () => {
  test("leaves no process", async () => {
    const { engine, start, chat } = claude();
    const client = new AbortController();
    const starting = start(chat(), { signal: client.signal });
    client.abort(new Error("left"));
    await expect(starting).rejects.toThrow("left");
    const spare = new AbortController();
    const warming = startSpare(engine, chat().kind, spare.signal);
    spare.abort(new Error("left"));
    await expect(warming).rejects.toThrow("left");
  });
});
