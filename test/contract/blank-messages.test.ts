import { describe, expect, test } from "vitest";

import type { EngineEvent } from "../../src/core/turn-event.ts";
import { text } from "../../src/demo/build-reply.ts";
import type { RecordedRequest } from "../../src/demo/recorded-request.ts";
import { message } from "../conformance/store-fixtures.ts";
import { NEVER, runTurn, say, shareClaude, textOf } from "./share-claude.ts";

// The real API refuses a blank text, and a client is told so. What is shown here is that it is the API's to say.
const claude = shareClaude({}, { strict: false });

/** The conversation as it stands in the request, blank texts included, without the role that Claude Code adds. */
const messagesOf = (request: RecordedRequest) =>
  request.body.messages
    .filter(({ role }) => role !== "system")
    .map(({ role, content }) => ({ role, content }));

describe.each(["", " ", "\n\t \u00a0\n"])("the blank message %j", (blank) => {
  test("arrives as it is, and ends its session", async () => {
    const { start, chat, model } = claude();
    const session = await start(chat());
    model.respondWith([text("one"), text("two")]);
    await runTurn(session, "hello");
    const events = await runTurn(session, blank);
    expect([textOf(events), events.at(-1)?.type]).toEqual(["two", "turn-end"]);
    expect(messagesOf(await model.waitForRequest(2))).toEqual([
      { role: "user", content: "hello" },
      { role: "assistant", content: [{ type: "text", text: "one" }] },
      { role: "user", content: blank },
    ]);
    expect(session.canContinue).toBe(false);
    await session.close();
  });

  test("begins a conversation as well", async () => {
    const { engine, agent, model } = claude();
    const spare = await engine.startSpare(agent().kind, NEVER);
    const session = spare.claim(agent(), say("hello"));
    model.respondWith(text("one"));
    expect(textOf(await runTurn(session, blank))).toBe("one");
    const { body } = await model.waitForRequest(1);
    expect(body.messages).toEqual([{ role: "user", content: blank }]);
    await session.close();
  });
});

describe("the turn after a blank message", () => {
  test.each([" ", ""])("is resumed with %j, not with its stand-in", async (blank) => {
    const { start, chat, model } = claude();
    const session = await start(chat());
    model.respondWith([text("one"), text("two")]);
    const said = await runTurn(session, blank);
    await session.close();
    const history = [...claude().engine.toTranscript([message("user", blank)]), ...transcriptOf(said)];
    const resumed = await start(chat(), { history });
    expect(textOf(await runTurn(resumed, "and now?"))).toBe("two");
    expect(messagesOf(await model.waitForRequest(2))).toEqual([
      { role: "user", content: blank },
      { role: "assistant", content: [{ type: "text", text: "one" }] },
      { role: "user", content: "and now?" },
    ]);
    await resumed.close();
  });
});

function transcriptOf(events: readonly EngineEvent[]) {
  return events.flatMap((event) => (event.type === "transcript-append" ? [event.entry] : []));
}
