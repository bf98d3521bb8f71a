import { readdir } from "node:fs/promises";

import { describe, expect, test } from "vitest";

import type { Message } from "../../src/core/words/message.ts";
import type { TranscriptEntry } from "../../src/core/words/transcript.ts";
import { text } from "../../src/demo/build-reply.ts";
import { foreignSignature } from "../../src/demo/thinking-seal.ts";
import { message } from "../conformance/store-fixtures.ts";
import { pngOf } from "../engine/media-fixtures.ts";
import { conversationOf, systemPromptOf } from "../upstream/read-request.ts";
import { runTurn, say, shareClaude } from "./share-claude.ts";

const claude = shareClaude();
const assistant = (...content: readonly unknown[]): TranscriptEntry => ({
  role: "assistant",
  model: "claude-sonnet-5",
  content,
});
const call = (id: string) => ({ type: "tool_use", id, name: "Read", input: { file_path: `/${id}` } });
const result = (id: string, content: string) => ({ type: "tool_result", tool_use_id: id, content });
const user = (content: TranscriptEntry["content"]): TranscriptEntry => ({ role: "user", content });

/** Resumes this history, asks one more thing, and returns what the model was sent. */
async function resume(history: readonly TranscriptEntry[], question = "And now?", systemText = "") {
  const { start, model, chat } = claude();
  const session = await start(chat({ systemText }), { history });
  const leftFiles = await filesBelow(claude().transcriptFolder);
  model.respondWith(text("This."));
  const events = await runTurn(session, question);
  await session.close();
  return { request: await model.waitForRequest(1), events, leftFiles };
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
}

describe("a resumed session", () => {
  test("reads its history from a file of ours that is gone when it stands, and leaves none among the person's", async () => {
    const history = [user("hello"), assistant({ type: "text", text: "hi" })];
    const { request, leftFiles } = await resume(history, "And now?", "Be brief.");
    expect(conversationOf(request)).toEqual([
      { role: "user", content: "hello" },
      { role: "assistant", content: "hi" },
      { role: "user", content: "And now?" },
    ]);
    expect(systemPromptOf(request)).toBe("Be brief.");
    expect(leftFiles).toEqual([]);
    const own = await filesBelow(claude().configFolder);
    expect(own.filter((name) => name.endsWith(".jsonl"))).toEqual([]);
  });

  test("has read all of a history of 5 MB by then", async () => {
    // Pictures, since so much text would not fit into the model's window.
    const bytes = [Buffer.from(pngOf(2, 2), "base64"), Buffer.alloc(750_000, 7)];
    const data = Buffer.concat(bytes).toString("base64");
    const picture = { type: "image", source: { type: "base64", media_type: "image/png", data } };
    const history = [0, 1, 2, 3, 4].flatMap((index) => [
      user([picture, { type: "text", text: `question ${index}` }]),
      assistant({ type: "text", text: `answer ${index}` }),
    ]);
    const { request, leftFiles } = await resume(history);
    expect(leftFiles).toEqual([]);
    const sent = conversationOf(request);
    expect(sent).toHaveLength(11);
    expect(sent[0]).toEqual({ role: "user", content: [picture, { type: "text", text: "question 0" }] });
    expect(sent[9]).toEqual({ role: "assistant", content: "answer 4" });
  });

  test("has thinking with its signature, parallel calls and their results natively", async () => {
    const thought = {
      type: "thinking",
      thinking: "I look twice.",
      signature: foreignSignature("I look twice.", { model: "claude-sonnet-5" }),
    };
    const { request } = await resume([
      user("look"),
      assistant(thought, { type: "text", text: "I look." }, call("toolu_a"), call("toolu_b")),
      user([result("toolu_b", "second")]),
      user([result("toolu_a", "first")]),
      assistant({ type: "text", text: "Both are there." }),
    ]);
    const [question, calls, results, answer, now] = conversationOf(request);
    expect([question?.content, answer?.content, now?.content]).toEqual([
      "look",
      "Both are there.",
      "And now?",
    ]);
    expect(calls).toEqual({
      role: "assistant",
      content: [thought, { type: "text", text: "I look." }, call("toolu_a"), call("toolu_b")],
    });
    expect(results).toMatchObject({
      role: "user",
      content: expect.arrayContaining([
        expect.objectContaining(result("toolu_a", "first")),
        expect.objectContaining(result("toolu_b", "second")),
      ]),
    });
  });

  test("loses the thinking of another model, but nothing else", async () => {
    const { request } = await resume([
      user("look"),
      {
        ...assistant(
          {
            type: "thinking",
            thinking: "Elsewhere.",
            signature: foreignSignature("Elsewhere.", { model: "claude-opus-5" }),
          },
          { type: "text", text: "Seen." },
        ),
        model: "claude-opus-5",
      },
    ]);
    expect(conversationOf(request)).toEqual([
      { role: "user", content: "look" },
      { role: "assistant", content: "Seen." },
      { role: "user", content: "And now?" },
    ]);
  });

  test.each(["/clear", "@/etc/passwd", "!ls", "/compact"])(
    "takes %j verbatim, then and now",
    async (tricky) => {
      const { request } = await resume([user(tricky), assistant({ type: "text", text: "Noted." })], tricky);
      expect(conversationOf(request)).toEqual([
        { role: "user", content: tricky },
        { role: "assistant", content: "Noted." },
        { role: "user", content: tricky },
      ]);
      expect(JSON.stringify(request.body)).not.toContain("root:x:0");
    },
  );

  test("has an imported history as the client told it", async () => {
    const { engine } = claude();
    const history: readonly Message[] = [
      message("assistant", "Welcome!"),
      message("user", "one"),
      message("system", "Be brief."),
      message("user", "two"),
      message("assistant", "three"),
    ];
    const { request } = await resume(engine.toTranscript(history));
    expect(conversationOf(request)).toEqual([
      { role: "user", content: "(The conversation begins.)" },
      { role: "assistant", content: "Welcome!" },
      {
        role: "user",
        content: [
          { type: "text", text: "one" },
          { type: "text", text: "<system>\nBe brief.\n</system>" },
          { type: "text", text: "two" },
        ],
      },
      { role: "assistant", content: "three" },
      { role: "user", content: "And now?" },
    ]);
  });

  test("goes on hot", async () => {
    const { start, model, chat } = claude();
    const session = await start(chat(), {
      history: [user("one"), assistant({ type: "text", text: "two" })],
    });
    model.respondWith([text("four"), text("six")]);
    await runTurn(session, "three");
    await runTurn(session, say("five", { maxOutputTokens: 99 }));
    const last = await model.waitForRequest(2);
    expect(conversationOf(last).map(({ content }) => content)).toEqual([
      "one",
      "two",
      "three",
      "four",
      "five",
    ]);
    expect(last.body.max_tokens).toBe(99);
    await session.close();
  });
});
