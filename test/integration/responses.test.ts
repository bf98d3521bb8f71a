import { describe, expect, test } from "vitest";

import { text } from "../../src/demo/build-reply.ts";
import { userTexts } from "../../src/demo/user-text.ts";
import { conversationOf, systemPromptOf } from "../upstream/read-request.ts";
import { assistant, user } from "./ask.ts";
import { idOf, respond, takeEvents } from "./respond.ts";
import { shareTurnpike } from "./share-turnpike.ts";
import { startEachTestAfresh } from "./start-each-test-afresh.ts";
import { OTHER_API_KEY } from "./start-turnpike.ts";

describe("responses", () => {
  const shared = shareTurnpike({ spares: 1 });
  startEachTestAfresh(shared);

  test("are created, kept, shown and deleted, for their own key", async () => {
    const turnpike = shared();
    turnpike.upstream.respondWith(text("It is warm."));
    const { body, placement } = await respond(turnpike, "How is the weather?", {
      instructions: "Be brief.",
      metadata: { purpose: "test" },
    });
    expect(placement).toBe("spare");
    expect(body).toMatchObject({
      object: "response",
      status: "completed",
      model: "sonnet",
      instructions: "Be brief.",
      metadata: { purpose: "test" },
      output_text: "It is warm.",
      store: true,
    });
    const asked = await turnpike.upstream.waitForRequest(1);
    expect(conversationOf(asked)).toEqual([user("How is the weather?")]);
    expect(systemPromptOf(asked)).toContain("Be brief.");

    const { responses } = turnpike.openai;
    expect(await responses.retrieve(body.id)).toEqual(body);
    const other = turnpike.openaiFor(OTHER_API_KEY).responses;
    await expect(other.retrieve(body.id)).rejects.toMatchObject({ status: 404 });
    await expect(other.delete(body.id)).rejects.toMatchObject({ status: 404 });
    await responses.delete(body.id);
    await expect(responses.retrieve(body.id)).rejects.toMatchObject({ status: 404 });
    await expect(responses.delete(body.id)).rejects.toMatchObject({ status: 404 });
  });

  test("are streamed, and kept as they were streamed", async () => {
    const { openai, upstream } = shared();
    upstream.respondWith(text("one two three four", { chunkSize: 4 }));
    const stream = openai.responses.stream({ model: "sonnet", input: "count" });
    const types: string[] = [];
    for await (const event of stream) types.push(event.type);
    expect(types.slice(0, 2)).toEqual(["response.created", "response.in_progress"]);
    expect(types.at(-1)).toBe("response.completed");
    const final = await stream.finalResponse();
    expect(final.output_text).toBe("one two three four");
    const { output_text: _, ...kept } = await openai.responses.retrieve(final.id);
    expect(final).toMatchObject(JSON.parse(JSON.stringify(kept)));
  });

  test("stay out of the store when they are asked to", async () => {
    const turnpike = shared();
    turnpike.upstream.respondWith(text("secret"));
    const { body } = await respond(turnpike, "hush", { store: false });
    expect(body).toMatchObject({ store: false });
    const { responses } = turnpike.openai;
    await expect(responses.retrieve(body.id)).rejects.toMatchObject({ status: 404 });
    await expect(respond(turnpike, "more", { previous_response_id: body.id })).rejects.toMatchObject({
      status: 400,
      code: "previous_response_not_found",
      param: "previous_response_id",
    });
  });

  test("list what they were asked, page by page, with what came before", async () => {
    const turnpike = shared();
    turnpike.upstream.respondWith(({ body }) => text(`re: ${userTexts(body).at(-1)}`));
    const { inputItems } = turnpike.openai.responses;
    const first = await respond(turnpike, [user("one"), assistant("re: one"), user("two")]);
    const items = await Array.fromAsync(inputItems.list(first.body.id, { limit: 1, order: "asc" }));
    expect(items).toMatchObject([
      { type: "message", role: "user", content: [{ type: "input_text", text: "one" }] },
      { type: "message", role: "assistant", content: [{ type: "output_text", text: "re: one" }] },
      { type: "message", role: "user", content: [{ type: "input_text", text: "two" }] },
    ]);
    const page = await inputItems.list(first.body.id, { limit: 2 });
    expect(page.data.map(({ id }) => id)).toEqual([items[2]?.id, items[1]?.id]);
    expect(page.has_more).toBe(true);

    const next = await respond(turnpike, "three", { previous_response_id: first.body.id });
    const all = await Array.fromAsync(inputItems.list(next.body.id, { order: "asc" }));
    expect(all.map(({ id }) => id).slice(0, 4)).toEqual([
      ...items.map(({ id }) => id),
      first.body.output[0]?.id,
    ]);
    expect(all).toHaveLength(5);
    const { id } = next.body;
    await expect(inputItems.list(id, { after: "msg_none" })).rejects.toMatchObject({
      status: 400,
      param: "after",
    });
    await expect(inputItems.list(id, { limit: 101 })).rejects.toMatchObject({ status: 400, param: "limit" });
    await expect(inputItems.list("resp_none")).rejects.toMatchObject({ status: 404 });
  });

  test("go on from items by their ids", async () => {
    const turnpike = shared();
    turnpike.upstream.respondWith(({ body }) => text(`re: ${userTexts(body).at(-1)}`));
    const first = await respond(turnpike, "one");
    const [answer] = first.body.output;
    const next = await respond(turnpike, [
      user("one"),
      { type: "item_reference", id: answer?.id ?? "" },
      user("two"),
    ]);
    expect(next).toMatchObject({ text: "re: two", placement: "hot" });
    const unknown = respond(turnpike, [{ type: "item_reference", id: "msg_none" }, user("two")]);
    await expect(unknown).rejects.toMatchObject({ status: 400, param: "input" });
  });

  test("tell how many tokens they would have, without asking the model", async () => {
    const { openai, upstream } = shared();
    const { inputTokens } = openai.responses;
    const short = await inputTokens.count({ model: "sonnet", input: "hi" });
    const long = await inputTokens.count({ input: "word ".repeat(1000), instructions: "Be brief." });
    expect(short.object).toBe("response.input_tokens");
    expect(short.input_tokens).toBeGreaterThan(0);
    expect(long.input_tokens).toBeGreaterThan(short.input_tokens + 500);
    expect(upstream.requests).toEqual([]);
  });

  test("that are left by their client are cancelled", async () => {
    const { openai, upstream } = shared();
    upstream.respondWith(text("one two three", { chunks: ["one ", { type: "hang" }, "two"] }));
    const stream = await openai.responses.create({ model: "sonnet", input: "count", stream: true });
    const seen: Parameters<typeof idOf>[0][number][] = [];
    for await (const event of stream) {
      seen.push(event);
      if (event.type === "response.output_text.delta") break;
    }
    const id = idOf(seen);
    for (;;) {
      const { status } = await openai.responses.retrieve(id);
      if (status === "cancelled") break;
      expect(status).toBe("in_progress");
    }
    const events = await takeEvents(await openai.responses.retrieve(id, { stream: true }));
    expect(events.slice(0, seen.length)).toEqual(seen);
    await expect(openai.responses.cancel(id)).rejects.toMatchObject({ status: 400 });
  });
});
