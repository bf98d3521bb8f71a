import { BadRequestError, NotFoundError, type OpenAI } from "openai";
import { describe, expect, test } from "vitest";

import { reply, text, textBlock } from "../../../src/demo/build-reply.ts";
import { Gate } from "../../../src/demo/gate.ts";
import { shareTurnpike } from "../../integration/share-turnpike.ts";
import { startEachTestAfresh } from "../../integration/start-each-test-afresh.ts";
import { conversationOf, systemPromptOf } from "../../upstream/read-request.ts";
import { listConversations } from "../list-conversations.ts";
import { pollResponse } from "./poll-response.ts";

const shared = shareTurnpike();
startEachTestAfresh(shared);

const model = "sonnet";
const input = "How warm is it?";

/** An answer that waits in its middle. */
function gatedReply(gate: Gate) {
  return reply({
    blocks: [textBlock("", { chunks: ["Quite ", "warm, ", gate, "for the time ", "of the year."] })],
  });
}

const WHOLE = "Quite warm, for the time of the year.";

describe("a chain", () => {
  test("goes on hot, and from an older response it branches", async () => {
    const { openai, upstream } = shared();
    upstream.respondWith(["One.", "Two.", "Other two."].map((each) => text(each)));
    const first = await openai.responses.create({ model, input: "1", instructions: "Be brief." });
    const second = await openai.responses.create({ model, input: "2", previous_response_id: first.id });
    const other = await openai.responses.create({ model, input: "3", previous_response_id: first.id });
    expect(second.previous_response_id).toBe(first.id);
    expect([second.output_text, other.output_text]).toEqual(["Two.", "Other two."]);
    const [, two, three] = upstream.requests;
    if (!two || !three) throw new Error("A request is missing");
    expect(conversationOf(two)).toEqual([
      { role: "user", content: "1" },
      { role: "assistant", content: "One." },
      { role: "user", content: "2" },
    ]);
    expect(conversationOf(three)).toEqual([
      { role: "user", content: "1" },
      { role: "assistant", content: "One." },
      { role: "user", content: "3" },
    ]);
    // Instructions are of one response only.
    expect(systemPromptOf(two)).not.toContain("Be brief.");
  });

  test("stays in one conversation", async () => {
    const { openai, upstream } = shared();
    // Other words than those of the chain before: what is the same may go on in the same process.
    upstream.respondWith(["Un.", "Deux.", "Trois."].map((each) => text(each)));
    let previous: string | null = null;
    for (const each of ["un", "deux", "trois"]) {
      const response: OpenAI.Responses.Response = await openai.responses.create({
        model,
        input: each,
        previous_response_id: previous,
      });
      previous = response.id;
    }
    expect((await listConversations(shared())).at(-1)?.placements.slice(1)).toEqual(["hot", "hot"]);
  });
});

describe("a stored response", () => {
  test("its input items come in pages", async () => {
    const { openai, upstream } = shared();
    upstream.respondWith(text("Fine."));
    const texts = ["one", "two", "three", "four", "five"];
    const response = await openai.responses.create({
      model,
      input: texts.map((each) => ({ role: "user" as const, content: each })),
    });
    const list = openai.responses.inputItems.list(response.id, { limit: 2, order: "asc" });
    const items = await Array.fromAsync(list);
    expect(items).toMatchObject(
      texts.map((each) => ({ type: "message", role: "user", content: [{ type: "input_text", text: each }] })),
    );
    expect(new Set(items.map((item) => item.id)).size).toBe(5);
    const newest = await openai.responses.inputItems.list(response.id, { limit: 1 });
    expect(newest.data).toMatchObject([{ content: [{ text: "five" }] }]);
    expect(newest.has_more).toBe(true);
  });

  test("delete takes it away", async () => {
    const { openai, upstream } = shared();
    upstream.respondWith(text("Fine."));
    const { id } = await openai.responses.create({ model, input });
    await openai.responses.delete(id);
    await expect(openai.responses.retrieve(id)).rejects.toThrow(NotFoundError);
    await expect(openai.responses.delete(id)).rejects.toThrow(NotFoundError);
    await expect(openai.responses.inputItems.list(id)).rejects.toThrow(NotFoundError);
  });

  test("store: false keeps nothing, and other keys see nothing", async () => {
    const { openai, upstream } = shared();
    upstream.respondWith([text("Fine."), text("Fine.")]);
    const unkept = await openai.responses.create({ model, input, store: false });
    await expect(openai.responses.retrieve(unkept.id)).rejects.toThrow(NotFoundError);
    const kept = await openai.responses.create({ model, input });
    const other = shared().openaiFor("tp-test-key-number-two");
    await expect(other.responses.retrieve(kept.id)).rejects.toThrow(NotFoundError);
  });
});

describe("background", () => {
  test("poll until it is completed", async () => {
    const { openai, upstream } = shared();
    const gate = new Gate();
    upstream.respondWith(gatedReply(gate));
    const response = await openai.responses.create({ model, input, background: true });
    expect(response.background).toBe(true);
    expect(["queued", "in_progress"]).toContain(response.status);
    await gate.reached;
    expect((await openai.responses.retrieve(response.id)).status).toBe("in_progress");
    gate.release();
    const ended = await pollResponse(openai, response.id);
    expect(ended).toMatchObject({ status: "completed", output_text: WHOLE, background: true });
  });

  test("cancel, twice", async () => {
    const { openai, upstream } = shared();
    const gate = new Gate();
    upstream.respondWith(gatedReply(gate));
    const { id } = await openai.responses.create({ model, input, background: true });
    await gate.reached;
    expect(await openai.responses.cancel(id)).toMatchObject({ id, status: "cancelled" });
    expect(await openai.responses.cancel(id)).toMatchObject({ id, status: "cancelled" });
    expect(await openai.responses.retrieve(id)).toMatchObject({ id, status: "cancelled" });
    expect((await (await upstream.waitForRequest(1)).ended).type).toBe("aborted");
  });

  test("cancel of what is no background response is refused", async () => {
    const { openai, upstream } = shared();
    upstream.respondWith(text("Fine."));
    const { id } = await openai.responses.create({ model, input });
    await expect(openai.responses.cancel(id)).rejects.toThrow(BadRequestError);
  });

  test("a stream that broke is resumed, live", async () => {
    const { openai, upstream } = shared();
    const gate = new Gate();
    upstream.respondWith(gatedReply(gate));
    const stream = await openai.responses.create({ model, input, background: true, stream: true });
    const first: OpenAI.Responses.ResponseStreamEvent[] = [];
    for await (const event of stream) {
      first.push(event);
      if (event.type === "response.output_text.delta") break;
    }
    const [created] = first;
    if (created?.type !== "response.created") throw new Error("It did not begin with response.created");
    const { id } = created.response;
    const resumed = await openai.responses.retrieve(id, {
      stream: true,
      starting_after: first.at(-1)?.sequence_number ?? -1,
    });
    gate.release();
    const events = [...first, ...(await Array.fromAsync(resumed))];
    expect(events.map((event) => event.sequence_number)).toEqual(events.map((_, index) => index));
    expect(events.at(-1)?.type).toBe("response.completed");
    expect(textOf(events)).toBe(WHOLE);

    const again = await Array.fromAsync(await openai.responses.retrieve(id, { stream: true }));
    expect(again).toEqual(events);
    const tail = await Array.fromAsync(
      await openai.responses.retrieve(id, { stream: true, starting_after: events.length - 3 }),
    );
    expect(tail).toEqual(events.slice(-2));
  });

  test("the stream helper takes up a response by its id", async () => {
    const { openai, upstream } = shared();
    upstream.respondWith(text(WHOLE));
    const begun = openai.responses.stream({ model, input, background: true });
    const { id } = await begun.finalResponse();
    const replayed = openai.responses.stream({ response_id: id, starting_after: 3 });
    let lowest = Number.POSITIVE_INFINITY;
    replayed.on("event", (event) => (lowest = Math.min(lowest, event.sequence_number)));
    const response = await replayed.finalResponse();
    expect(response).toMatchObject({ id, status: "completed", output_text: WHOLE });
    expect(lowest).toBe(4);
  });
});

function textOf(events: readonly OpenAI.Responses.ResponseStreamEvent[]): string {
  return events.map((event) => (event.type === "response.output_text.delta" ? event.delta : "")).join("");
}
