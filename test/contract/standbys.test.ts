import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { describe, expect, onTestFinished, test } from "vitest";

import { NO_CLIENT_TOOLS } from "../../src/core/words/client-tool.ts";
import {
  ClaimRefused,
  type EngineSession,
  type EngineStandby,
  type SessionSpec,
  type TurnInput,
} from "../../src/core/ports/engine-session.ts";
import type { TranscriptEntry } from "../../src/core/words/transcript.ts";
import { text } from "../../src/demo/build-reply.ts";
import { foreignSignature } from "../../src/demo/thinking-seal.ts";
import { pngOf } from "../engine/media-fixtures.ts";
import { turnInput } from "../engine/turn-input.ts";
import { conversationOf, systemPromptOf } from "../upstream/read-request.ts";
import { NEVER, runTurn, say, shareClaude, textOf } from "./share-claude.ts";

const claude = shareClaude();

const assistant = (...content: readonly unknown[]): TranscriptEntry => ({
  role: "assistant",
  model: "claude-sonnet-5",
  content,
});
const user = (content: TranscriptEntry["content"]): TranscriptEntry => ({ role: "user", content });
const call = (id: string) => ({ type: "tool_use", id, name: "Read", input: { file_path: `/${id}` } });
const result = (id: string, content: string) => ({ type: "tool_result", tool_use_id: id, content });

const SHORT = [user("hello"), assistant({ type: "text", text: "hi" })];
const THOUGHT = {
  type: "thinking",
  thinking: "I look twice.",
  signature: foreignSignature("I look twice.", { model: "claude-sonnet-5" }),
};
const LOOKS = [
  user("look"),
  assistant(THOUGHT, { type: "text", text: "I look." }, call("toolu_a"), call("toolu_b")),
  user([result("toolu_b", "second")]),
  user([result("toolu_a", "first")]),
  assistant({ type: "text", text: "Both are there." }),
];

async function startStandby(spec: SessionSpec): Promise<EngineStandby> {
  const { engine } = claude();
  if (!engine.startStandby) throw new Error("This engine has no standbys.");
  const standby = await engine.startStandby(spec, NEVER);
  onTestFinished(() => standby.close());
  return standby;
}

/** Several processes that wait for as long as it takes to start the last one. */
function startStandbys(spec: SessionSpec, count: number): Promise<readonly EngineStandby[]> {
  return Promise.all(Array.from({ length: count }, () => startStandby(spec)));
}

/** What the model is sent in a first turn. */
async function askIn(session: EngineSession, firstTurn: TurnInput) {
  const { model } = claude();
  model.clear();
  model.respondWith(text("This."));
  expect(textOf(await runTurn(session, firstTurn))).toBe("This.");
  await session.close();
  const [request, ...others] = model.requests;
  if (!request) throw new Error("The turn ended without a request.");
  expect(others).toEqual([]);
  const { tools, model: name, max_tokens: limit } = request.body;
  return { system: systemPromptOf(request), conversation: conversationOf(request), tools, name, limit };
}

async function filesBelow(folder: string): Promise<readonly string[]> {
  return readdir(folder, { recursive: true }).catch(() => []);
}

describe.skipIf(process.platform === "win32")("a process that waits for its history", () => {
  test("sends the model what one sends that was started with it, whatever the history", async () => {
    const { chat, start, transcriptFolder } = claude();
    const spec = chat({ systemText: "Be brief." });
    const picture = Buffer.concat([Buffer.from(pngOf(2, 2), "base64"), Buffer.alloc(750_000, 7)]);
    const source = { type: "base64", media_type: "image/png", data: picture.toString("base64") };
    const large = [0, 1, 2, 3, 4].flatMap((index) => [
      user([
        { type: "image", source },
        { type: "text", text: `question ${index}` },
      ]),
      assistant({ type: "text", text: `answer ${index}` }),
    ]);
    const histories = [SHORT, LOOKS, large];
    const standbys = await startStandbys(spec, histories.length);
    for (const [index, history] of histories.entries()) {
      const begin = { spec, history, firstTurn: say("And now?") };
      const session = await standbys[index]?.resume(begin, NEVER);
      if (!session) throw new Error("There is no session.");
      const given = await askIn(session, begin.firstTurn);
      expect(given).toEqual(await askIn(await start(spec, begin), begin.firstTurn));
      expect(given.conversation).toHaveLength(history === LOOKS ? 5 : history.length + 1);
    }
    expect(await filesBelow(transcriptFolder)).toEqual([]);
  });

  test("goes on by itself when the turn brings results", async () => {
    const { chat, start } = claude();
    const spec = chat();
    const asked = { type: "tool_use", id: "toolu_look", name: "look", input: { at: "this" } };
    const history = [user("Look at this."), assistant(asked)];
    const list = [{ name: "look", description: "Looks.", inputSchema: { type: "object" } }];
    const content = [{ type: "text", text: "A note." }] as const;
    const firstTurn = turnInput(
      [{ role: "tool", content: [{ type: "tool-result", callId: asked.id, content }] }],
      { tools: { ...NO_CLIENT_TOOLS, list } },
    );
    const standby = await startStandby(spec);
    const given = await askIn(await standby.resume({ spec, history, firstTurn }, NEVER), firstTurn);
    expect(given).toEqual(await askIn(await start(spec, { history, firstTurn }), firstTurn));
    expect(given.conversation.at(-1)).toMatchObject({ content: [{ type: "tool_result" }] });
  });

  test("has Claude Code's own prompt, tools and mode, and the next turn is hot", async () => {
    const { agent, model } = claude();
    const spec = agent();
    const standby = await startStandby(spec);
    const session = await standby.resume({ spec, history: SHORT, firstTurn: say("And now?") }, NEVER);
    model.respondWith([text("This."), text("That.")]);
    await runTurn(session, "And now?");
    await runTurn(session, "And then?");
    const [first, second] = model.requests;
    expect(first?.body.tools?.map(({ name }) => name)).toContain("Bash");
    expect(JSON.stringify(second?.body.messages)).toContain("And now?");
    expect(session.processId).toBe(standby.processId);
    await session.close();
  });

  test("gives up when it has died, when there is no history, and when the folder's settings have changed", async () => {
    const { agent, workspace } = claude();
    const trusted = agent();
    const spec = {
      ...trusted,
      kind: { ...trusted.kind, settingSources: ["user", "project", "local"] as const },
    };
    const [dead, empty, outdated] = await startStandbys(spec, 3);
    if (!dead || !empty || !outdated) throw new Error("There are not enough.");
    if (dead.processId !== undefined) process.kill(dead.processId, "SIGKILL");
    await dead.exited;
    const firstTurn = say("And now?");
    await expect(dead.resume({ spec, history: SHORT, firstTurn }, NEVER)).rejects.toThrow(ClaimRefused);
    await expect(empty.resume({ spec, history: [], firstTurn }, NEVER)).rejects.toThrow(ClaimRefused);
    await mkdir(join(workspace, ".claude"), { recursive: true });
    await writeFile(join(workspace, ".claude", "settings.local.json"), "{}");
    await expect(outdated.resume({ spec, history: SHORT, firstTurn }, NEVER)).rejects.toThrow(ClaimRefused);
    await Promise.all([empty.exited, outdated.exited]);
    expect(claude().model.requests).toEqual([]);
  });

  test("that nobody needs ends, and leaves nothing", async () => {
    const { chat, transcriptFolder } = claude();
    const standby = await startStandby(chat());
    expect(await filesBelow(transcriptFolder)).toHaveLength(1);
    await standby.close();
    await standby.exited;
    expect(await filesBelow(transcriptFolder)).toEqual([]);
  });

  test("that is given up at its start ends", async () => {
    const { chat, engine, transcriptFolder } = claude();
    const given = new AbortController();
    const starting = engine.startStandby?.(chat(), given.signal);
    given.abort(new Error("Nobody wants it."));
    await expect(starting).rejects.toThrow("Nobody wants it.");
    expect(await filesBelow(transcriptFolder)).toEqual([]);
  });
});
