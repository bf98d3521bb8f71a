import { APIError, NotFoundError, type OpenAI, toFile } from "openai";
import { describe, expect, test } from "vitest";

import { text, toolUse } from "../../../src/demo/build-reply.ts";
import { PDF, pdfBlock, pngOf, imageBlock } from "../../engine/media-fixtures.ts";
import { shareTurnpike } from "../../integration/share-turnpike.ts";
import { startEachTestAfresh } from "../../integration/start-each-test-afresh.ts";
import { conversationOf } from "../../upstream/read-request.ts";
import { expectOneConversation } from "../expect-one-conversation.ts";
import { playRounds } from "../play-rounds.ts";
import { toolRoundsOf } from "../tool-rounds.ts";

const shared = shareTurnpike();
startEachTestAfresh(shared);

const model = "sonnet";

describe("conversations", () => {
  test("hold what responses say in them", async () => {
    const { openai, upstream } = shared();
    const conversation = await openai.conversations.create({
      metadata: { topic: "weather" },
      items: [{ type: "message", role: "user", content: "I am in Rome." }],
    });
    upstream.respondWith([text("Quite warm."), text("By far.")]);
    const first = await openai.responses.create({
      model,
      conversation: conversation.id,
      input: "How warm is it?",
    });
    expect(first.conversation).toEqual({ id: conversation.id });
    await openai.responses.create({ model, conversation: { id: conversation.id }, input: "Really?" });
    expect(conversationOf(await upstream.waitForRequest(2))).toMatchObject([
      { role: "user" },
      { role: "assistant", content: "Quite warm." },
      { role: "user", content: "Really?" },
    ]);
    await expectOneConversation(shared(), 2);

    const items = await Array.fromAsync(
      openai.conversations.items.list(conversation.id, { order: "asc", limit: 2 }),
    );
    expect(items).toMatchObject([
      { type: "message", role: "user", content: [{ type: "input_text", text: "I am in Rome." }] },
      { type: "message", role: "user", content: [{ type: "input_text", text: "How warm is it?" }] },
      { type: "message", role: "assistant", content: [{ type: "output_text", text: "Quite warm." }] },
      { type: "message", role: "user", content: [{ type: "input_text", text: "Really?" }] },
      { type: "message", role: "assistant", content: [{ type: "output_text", text: "By far." }] },
    ]);
  });

  test("are created, changed, and deleted", async () => {
    const { conversations } = shared().openai;
    const created = await conversations.create({ metadata: { topic: "one" } });
    expect(created).toMatchObject({ object: "conversation", metadata: { topic: "one" } });
    const updated = await conversations.update(created.id, { metadata: { topic: "two" } });
    expect(updated.metadata).toEqual({ topic: "two" });
    expect(await conversations.retrieve(created.id)).toEqual(updated);
    expect(await conversations.delete(created.id)).toEqual({
      id: created.id,
      object: "conversation.deleted",
      deleted: true,
    });
    await expect(conversations.retrieve(created.id)).rejects.toThrow(NotFoundError);
  });

  test("take and give up single items", async () => {
    const { conversations } = shared().openai;
    const { id } = await conversations.create();
    const added = await conversations.items.create(id, {
      items: [
        { type: "message", role: "user", content: "One" },
        { type: "message", role: "assistant", content: "Two" },
      ],
    });
    expect(added.data).toHaveLength(2);
    const [one, two] = added.data;
    if (!one?.id || !two?.id) throw new Error("An item has no id");
    expect(await conversations.items.retrieve(one.id, { conversation_id: id })).toEqual(one);
    await conversations.items.delete(one.id, { conversation_id: id });
    expect((await conversations.items.list(id)).data).toEqual([two]);
  });

  test("calls wait in them for their results", async () => {
    const { openai, upstream } = shared();
    const tools: OpenAI.Responses.Tool[] = [
      { type: "function", name: "look", parameters: { type: "object", properties: {} }, strict: false },
    ];
    const { id } = await openai.conversations.create();
    upstream.respondWith(playRounds([[toolUse("look", {})]], "Sunny."));
    const first = await openai.responses.create({ model, tools, conversation: id, input: "Look." });
    const [call] = first.output;
    if (call?.type !== "function_call") throw new Error("No call");
    const second = await openai.responses.create({
      model,
      tools,
      conversation: id,
      input: [{ type: "function_call_output", call_id: call.call_id, output: "sun" }],
    });
    expect(second.output_text).toBe("Sunny.");
    expect(toolRoundsOf(await upstream.waitForRequest(2))).toEqual([
      [{ name: "look", input: {}, output: "sun" }],
    ]);
    await expectOneConversation(shared(), 2);
  });
});

describe("files", () => {
  test("are uploaded, listed, read, used in a response, and deleted", async () => {
    const { openai, upstream } = shared();
    const paper = Buffer.from(PDF, "base64");
    const pdf = await openai.files.create({
      file: await toFile(paper, "paper.pdf", { type: "application/pdf" }),
      purpose: "user_data",
    });
    const data = pngOf(3, 2);
    const image = await openai.files.create({
      file: await toFile(Buffer.from(data, "base64"), "dot.png", { type: "image/png" }),
      purpose: "vision",
    });
    expect(pdf).toMatchObject({
      object: "file",
      filename: "paper.pdf",
      bytes: paper.length,
      purpose: "user_data",
    });
    const listed = await Array.fromAsync(openai.files.list({ limit: 1 }));
    expect(listed.map((file) => file.id).toSorted()).toEqual([pdf.id, image.id].toSorted());
    expect(await openai.files.retrieve(pdf.id)).toEqual(pdf);
    const content = await openai.files.content(pdf.id);
    expect(Buffer.from(await content.arrayBuffer()).equals(paper)).toBe(true);

    upstream.respondWith(text("A paper and a dot."));
    const response = await openai.responses.create({
      model,
      input: [
        {
          role: "user",
          content: [
            { type: "input_file", file_id: pdf.id },
            { type: "input_image", file_id: image.id, detail: "auto" },
            { type: "input_text", text: "What are they?" },
          ],
        },
      ],
    });
    expect(response.output_text).toBe("A paper and a dot.");
    expect(conversationOf(await upstream.waitForRequest(1))).toEqual([
      {
        role: "user",
        content: [pdfBlock("paper.pdf"), imageBlock(data), { type: "text", text: "What are they?" }],
      },
    ]);

    expect(await openai.files.delete(pdf.id)).toEqual({ id: pdf.id, object: "file", deleted: true });
    await expect(openai.files.retrieve(pdf.id)).rejects.toThrow(NotFoundError);
    const gone = openai.responses.create({
      model,
      input: [{ role: "user", content: [{ type: "input_file", file_id: pdf.id }] }],
    });
    await expect(gone).rejects.toBeInstanceOf(APIError);
    expect(upstream.requests).toHaveLength(1);
  });
});
