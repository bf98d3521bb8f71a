import { query, type SDKMessage, type SDKUserMessage } from "@anthropic-ai/claude-agent-sdk";
import { beforeAll, describe, expect, test } from "vitest";

import { errorEvent, httpError, reset, truncate } from "../../src/demo/build-fault.ts";
import { reply, text, textBlock, thinking } from "../../src/demo/build-reply.ts";
import { Gate } from "../../src/demo/gate.ts";
import type { Reply } from "../../src/demo/reply.ts";
import { sessionOptions } from "../../src/engines/claude/start-options.ts";
import { PushQueue } from "../../src/lib/push-queue.ts";
import { DENYING_SUPERVISOR } from "../engine/turn-input.ts";
import { NEVER, runTurn, say, shareClaude, textOf } from "./share-claude.ts";

const claude = shareClaude();

/** What Claude Code says of a failure, as far as the mapping of failures relies on it. */
interface Told {
  readonly isError: boolean;
  readonly status: number | null | undefined;
  readonly code: string | undefined;
  readonly terminalReason: string | undefined;
}

/** A bare session that outlives its failed turns, so that one process serves the whole table. */
let ask: (answer: Reply | readonly Reply[]) => Promise<Told>;
beforeAll(async () => {
  const { environment, chat } = claude();
  const input = new PushQueue<SDKUserMessage>();
  const session = query({
    prompt: input,
    options: sessionOptions(chat(), "dontAsk", { environment, upstreamRetries: 0 }),
  });
  ask = async (answer) => {
    claude().model.respondWith(answer);
    input.push({ type: "user", parent_tool_use_id: null, message: { role: "user", content: "hello" } });
    return readTold(session);
  };
  return () => session.close();
});

async function readTold(session: AsyncIterator<SDKMessage, void>): Promise<Told> {
  let code: string | undefined;
  for (;;) {
    const { value: message, done } = await session.next();
    if (done) throw new Error("The session has ended.");
    if (message.type === "assistant") code = message.error;
    if (message.type !== "result") continue;
    const status = message.subtype === "success" ? message.api_error_status : undefined;
    return { isError: message.is_error, status, code, terminalReason: message.terminal_reason };
  }
}

const tooLong = { message: "prompt is too long: 250000 tokens > 200000 maximum" };
const noCredit = { message: "Your credit balance is too low to access the Anthropic API." };
const midStream = (step: ReturnType<typeof reset>) =>
  reply({ blocks: [textBlock("", { chunks: ["Hel", step] })] });

describe("Claude Code tells of", () => {
  test.each<[string, Reply, Omit<Told, "isError">]>([
    ["400", httpError(400), { status: 400, code: "unknown", terminalReason: "api_error" }],
    [
      "400, too long",
      httpError(400, tooLong),
      { status: 400, code: "invalid_request", terminalReason: "prompt_too_long" },
    ],
    [
      "400, no credit",
      httpError(400, noCredit),
      { status: 400, code: "billing_error", terminalReason: "api_error" },
    ],
    ["401", httpError(401), { status: 401, code: "authentication_failed", terminalReason: "api_error" }],
    ["402", httpError(402), { status: 402, code: "unknown", terminalReason: "api_error" }],
    ["403", httpError(403), { status: 403, code: "authentication_failed", terminalReason: "api_error" }],
    ["404", httpError(404), { status: 404, code: "model_not_found", terminalReason: "api_error" }],
    ["413", httpError(413), { status: 413, code: "invalid_request", terminalReason: "image_error" }],
    ["429", httpError(429), { status: 429, code: "rate_limit", terminalReason: "api_error" }],
    ["500", httpError(500), { status: 500, code: "server_error", terminalReason: "api_error" }],
    ["503", httpError(503), { status: 503, code: "server_error", terminalReason: "api_error" }],
    ["529", httpError(529), { status: 529, code: "server_error", terminalReason: "api_error" }],
    ["a lost connection", reset(), { status: null, code: "server_error", terminalReason: "api_error" }],
    [
      "a connection lost in the answer",
      midStream(reset()),
      { status: null, code: "server_error", terminalReason: "api_error" },
    ],
    [
      "an answer without its end",
      midStream(truncate()),
      { status: null, code: "server_error", terminalReason: "api_error" },
    ],
    [
      "an overload in the answer",
      midStream(errorEvent()),
      { status: 529, code: "unknown", terminalReason: "api_error" },
    ],
  ])("%s", async (_, answer, expected) => {
    expect(await ask(answer)).toEqual({ isError: true, ...expected });
  });

  test("a broken answer without asking for it again as a whole, which would be read twice", async () => {
    expect(await ask(midStream(errorEvent()))).toMatchObject({ isError: true });
    expect(claude().model.requests.map(({ body }) => body.stream)).toEqual([true]);
  });

  test("a refusal once, without a second try", async () => {
    const told = await ask(reply({ blocks: [textBlock("I would rather")], stopReason: "refusal" }));
    expect(told).toMatchObject({ isError: true });
    expect(claude().model.requests).toHaveLength(1);
  });
});

describe("retries", () => {
  const retrying = shareClaude({ upstreamRetries: 1 });

  test("happen as often as allowed", async () => {
    const { start, model, chat } = retrying();
    const session = await start(chat());
    model.respondWith([httpError(529), text("Second time lucky.")]);
    const events = await runTurn(session, "hello");
    expect(events[0]).toMatchObject({ type: "notice", code: "retry" });
    expect([textOf(events), events.at(-1)?.type]).toEqual(["Second time lucky.", "turn-end"]);
    model.respondWith(httpError(529));
    expect((await runTurn(session, "hello")).at(-1)).toMatchObject({
      error: { kind: "upstream-overloaded" },
    });
    expect(model.requests).toHaveLength(4);
    await session.close();
  });

  test.each([
    ["after text", []],
    ["after text that followed complete thoughts", [thinking("A thought.")]],
  ])("%s would say it twice, so the turn ends", async (_, before) => {
    const { start, model, chat } = retrying();
    const session = await start(chat());
    const gate = new Gate();
    model.respondWith([
      reply({ blocks: [...before, textBlock("", { chunks: ["Hel", gate, reset()] })] }),
      text("Hello."),
    ]);
    const said: string[] = [];
    let last: string | undefined;
    for await (const event of session.runTurn(say("hello"), DENYING_SUPERVISOR, NEVER)) {
      // What is cut off before it is read would be lost.
      if (event.type === "text-delta") gate.release();
      if (event.type === "text-delta") said.push(event.text);
      if (event.type === "turn-error") last = event.error.kind;
    }
    expect([said, last]).toEqual([["Hel"], "upstream-failed"]);
    await session.close();
  });
});

describe("a full context", () => {
  test("is told by Claude Code itself, without a request, where it may not summarise", async () => {
    const { start, model, chat } = claude();
    const session = await start(chat());
    model.respondWith(reply({ blocks: [textBlock("Much.")], usage: { input_tokens: 999_000 } }));
    await runTurn(session, "hello");
    const events = await runTurn(session, "and now?");
    expect(events.at(-1)).toMatchObject({ type: "turn-error", error: { kind: "context-length-exceeded" } });
    expect(model.requests).toHaveLength(1);
    await session.close();
  });
});
