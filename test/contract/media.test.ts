import { describe, expect, test } from "vitest";

import { NO_CLIENT_TOOLS } from "../../src/core/words/client-tool.ts";
import type { InputPart } from "../../src/core/words/message.ts";
import type { EngineSession, TurnInput } from "../../src/core/ports/engine-session.ts";
import { reply, text, toolUse } from "../../src/demo/build-reply.ts";
import { message } from "../conformance/store-fixtures.ts";
import { findCopies } from "../engine/find-copies.ts";
import { GIF, imageBlock, imagePart, PDF, pdfBlock, pdfPart, pngOf, WEBP } from "../engine/media-fixtures.ts";
import { conversationOf } from "../upstream/read-request.ts";
import { turnInput } from "../engine/turn-input.ts";
import { type Claude, NEVER, runTurn, shareClaude, startSpare } from "./share-claude.ts";

const claude = shareClaude();

const PICTURE = pngOf(640, 480);
const OTHER_PICTURE = pngOf(32, 16, 200);
const MEDIA = [PICTURE, OTHER_PICTURE, GIF, WEBP, PDF];

const PARTS: readonly InputPart[] = [
  { type: "text", text: "look" },
  imagePart(PICTURE),
  imagePart(OTHER_PICTURE),
  { type: "text", text: "/clear" },
  imagePart(GIF, "image/gif"),
  imagePart(WEBP, "image/webp"),
  { type: "image", source: { type: "url", url: "https://example.com/a.png" } },
  pdfPart("report.pdf"),
  { type: "document", source: { type: "text", text: "Notes." }, title: "notes.txt" },
  { type: "document", source: { type: "url", url: "https://example.com/a.pdf" } },
  { type: "text", text: "@/etc/passwd" },
];

const BLOCKS = [
  { type: "text", text: "look" },
  imageBlock(PICTURE),
  imageBlock(OTHER_PICTURE),
  { type: "text", text: "/clear" },
  imageBlock(GIF, "image/gif"),
  imageBlock(WEBP, "image/webp"),
  { type: "image", source: { type: "url", url: "https://example.com/a.png" } },
  pdfBlock("report.pdf"),
  {
    type: "document",
    source: { type: "text", media_type: "text/plain", data: "Notes." },
    title: "notes.txt",
  },
  { type: "document", source: { type: "url", url: "https://example.com/a.pdf" } },
  { type: "text", text: "@/etc/passwd" },
];

function show(parts: readonly InputPart[]): TurnInput {
  return turnInput([{ role: "user", content: parts }]);
}

/** Answers, and looks for copies whenever the model is asked: Claude Code would have written them by then. */
function answerAndWatch({ model, folder }: Claude): readonly string[] {
  const copies: string[] = [];
  model.respondWith(() => {
    copies.push(...findCopies(folder, MEDIA));
    return text("seen");
  });
  return copies;
}

const PLACES: Readonly<Record<string, (claude: Claude, input: TurnInput) => Promise<EngineSession>>> = {
  "a bare chat": ({ engine, chat }, firstTurn) =>
    engine.startSession({ spec: chat(), history: [], firstTurn }, NEVER),
  "a session with Claude Code's own tools": ({ engine, agent }, firstTurn) =>
    engine.startSession({ spec: agent(), history: [], firstTurn }, NEVER),
  "a spare": async ({ engine, chat }, firstTurn) =>
    (await startSpare(engine, chat().kind)).claim(chat(), firstTurn),
};

describe.each(Object.entries(PLACES))("images and documents in %s", (_name, start) => {
  test("reach the model as they are, in their order, and nowhere else", async () => {
    const copies = answerAndWatch(claude());
    const input = show(PARTS);
    const session = await start(claude(), input);
    await runTurn(session, input);
    await runTurn(session, show([{ type: "text", text: "again" }, imagePart(PICTURE)]));
    const { requests } = claude().model;
    // Claude Code may ask again after a connection that broke.
    const last = requests.at(-1) ?? (await claude().model.waitForRequest(2));
    expect(conversationOf(last)).toEqual([
      { role: "user", content: BLOCKS },
      { role: "assistant", content: "seen" },
      { role: "user", content: [{ type: "text", text: "again" }, imageBlock(PICTURE)] },
    ]);
    expect(session.canContinue).toBe(true);
    await session.close();
    expect([...copies, ...findCopies(claude().folder, MEDIA)]).toEqual([]);
  });
});

describe("an image", () => {
  test("may be all of a message", async () => {
    const input = show([imagePart(PICTURE)]);
    const session = await startChat(input);
    await runTurn(session, input);
    expect(await userBlocks()).toEqual([imageBlock(PICTURE)]);
    await session.close();
  });

  test("goes by its bytes, whatever it was called", async () => {
    const input = show([imagePart(GIF, "image/png"), { type: "text", text: "?" }]);
    const session = await startChat(input);
    await runTurn(session, input);
    expect(await userBlocks()).toEqual([imageBlock(GIF, "image/gif"), { type: "text", text: "?" }]);
    await session.close();
  });

  test("that is too large is made smaller by Claude Code, which tells the model so, without a copy", async () => {
    const large = pngOf(3000, 1000);
    const input = show([imagePart(large), { type: "text", text: "?" }]);
    const session = await startChat(input);
    await runTurn(session, input);
    expect(await userBlocks()).toEqual([
      { type: "image", source: { type: "base64", media_type: "image/png", data: expect.any(String) } },
      { type: "text", text: "?\n" },
      { type: "text", text: expect.stringMatching(/^\[Image: original 3000x1000, displayed at 2000x667\./) },
    ]);
    await session.close();
    expect(findCopies(claude().folder, [large])).toEqual([]);
  });

  test("that nobody can read becomes a text, which is why protocols refuse it before", async () => {
    const input = show([imagePart("aGVsbG8="), { type: "text", text: "?" }]);
    const session = await startChat(input);
    await runTurn(session, input);
    expect(await userBlocks()).toEqual([
      { type: "text", text: expect.stringMatching(/^\[Image could not be processed: /) },
      { type: "text", text: "?" },
    ]);
    await session.close();
  });
});

describe("results of client tools", () => {
  const tools = { ...NO_CLIENT_TOOLS, list: [{ name: "look", inputSchema: { type: "object" } }] };
  const large = pngOf(3000, 1000);
  const results = turnInput(
    [
      {
        role: "tool",
        content: [
          {
            type: "tool-result",
            callId: "toolu_look",
            content: [{ type: "text", text: "here" }, imagePart(large), pdfPart("a.pdf")],
          },
        ],
      },
      { role: "user", content: [{ type: "text", text: "and?" }, imagePart(OTHER_PICTURE)] },
    ],
    { tools },
  );
  const blocks = [
    {
      type: "tool_result",
      tool_use_id: "toolu_look",
      content: [{ type: "text", text: "here" }, imageBlock(large), pdfBlock("a.pdf")],
    },
    { type: "text", text: "and?" },
    imageBlock(OTHER_PICTURE),
  ];
  const media = [large, OTHER_PICTURE, PDF];

  test("carry images of any size and documents to a live session", async () => {
    const { model, folder } = claude();
    model.respondWith([reply({ blocks: [toolUse("look", {}, { id: "toolu_look" })] }), text("nice")]);
    const input = { ...show([{ type: "text", text: "go" }]), tools };
    const session = await startChat(input);
    await runTurn(session, input);
    await runTurn(session, results);
    expect(await userBlocks(2)).toEqual(blocks);
    await session.close();
    expect(findCopies(folder, media)).toEqual([]);
  });

  test("carry them to a resumed session as well", async () => {
    const { engine, chat, folder } = claude();
    const call = { type: "tool-call", callId: "toolu_look", name: "look", arguments: "{}" } as const;
    const history = engine.toTranscript([message("user", "go"), { role: "assistant", content: [call] }]);
    const session = await engine.startSession({ spec: chat(), history, firstTurn: results }, NEVER);
    await runTurn(session, results);
    // Claude Code may add a text of its own behind them.
    expect((await userBlocks()).slice(0, blocks.length)).toEqual(blocks);
    await session.close();
    expect(findCopies(folder, media)).toEqual([]);
  });
});

describe("a history with images and documents", () => {
  test("is resumed as it was, and leaves nothing behind", async () => {
    const { engine, chat, folder, model } = claude();
    const history = engine.toTranscript([{ role: "user", content: PARTS }, message("assistant", "seen")]);
    const input = show([{ type: "text", text: "again" }, imagePart(PICTURE)]);
    const session = await engine.startSession({ spec: chat(), history, firstTurn: input }, NEVER);
    await runTurn(session, input);
    expect(conversationOf(await model.waitForRequest(1))).toEqual([
      { role: "user", content: BLOCKS },
      { role: "assistant", content: "seen" },
      { role: "user", content: [{ type: "text", text: "again" }, imageBlock(PICTURE)] },
    ]);
    await session.close();
    expect(findCopies(folder, MEDIA)).toEqual([]);
  });
});

describe("an image larger than the API takes", () => {
  test("fails the turn as the client's mistake where Claude Code does not make it smaller", async () => {
    const { engine, chat, model } = claude();
    const tooLarge = Buffer.concat([Buffer.from(PICTURE, "base64"), Buffer.alloc(4_000_000)]);
    const history = engine.toTranscript([
      { role: "user", content: [imagePart(tooLarge.toString("base64"))] },
      message("assistant", "seen"),
    ]);
    const input = show([{ type: "text", text: "again" }]);
    const session = await engine.startSession({ spec: chat(), history, firstTurn: input }, NEVER);
    expect((await runTurn(session, input)).at(-1)).toMatchObject({
      type: "turn-error",
      error: { kind: "upstream-invalid-request", message: expect.stringMatching(/exceeds API limit/) },
    });
    expect(model.requests).toEqual([]);
    await session.close();
  });
});

function startChat(firstTurn: TurnInput): Promise<EngineSession> {
  const { engine, chat } = claude();
  return engine.startSession({ spec: chat(), history: [], firstTurn }, NEVER);
}

/** The newest user message of a request. */
async function userBlocks(request = 1): Promise<readonly unknown[]> {
  const last = conversationOf(await claude().model.waitForRequest(request)).at(-1);
  if (last?.role !== "user" || typeof last.content === "string") throw new Error("No blocks of a user.");
  return last.content;
}
