import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { reply, text, textBlock, thinking, toolUse } from "../../../src/demo/build-reply.ts";
import { blocksOf } from "../../../src/demo/messages-body.ts";
import { shareTurnpike } from "../../integration/share-turnpike.ts";
import { startEachTestAfresh } from "../../integration/start-each-test-afresh.ts";
import { API_KEY } from "../../integration/start-turnpike.ts";
import { conversationOf, systemPromptOf, toolNamesOf } from "../../upstream/read-request.ts";
import { describeProgram } from "../describe-program.ts";
import { listConversations } from "../list-conversations.ts";
import { playRounds } from "../play-rounds.ts";
import { toolRoundsOf } from "../tool-rounds.ts";
import { messagesOf, prepareCodex } from "./run-codex.ts";

const addPatch = [
  "*** Begin Patch",
  "*** Add File: notes.txt",
  "+alpha",
  "+βeta 🌤",
  "*** End Patch",
  "",
].join("\n");

const updatePatch = [
  "*** Begin Patch",
  "*** Update File: notes.txt",
  "@@",
  "-alpha",
  "+omega",
  " βeta 🌤",
  "*** End Patch",
  "",
].join("\n");

function shellPatch(patch: string) {
  return toolUse("exec_command", { cmd: `apply_patch <<'EOF'\n${patch}EOF` });
}

/** Patches and commands by Codex's own tools, one round with two calls at once, with thinking on the way. */
const noteRounds = [
  [
    thinking("A patch makes it."),
    textBlock("I write it."),
    toolUse("apply_patch", { input: addPatch }, { chunkSize: 7 }),
  ],
  [toolUse("exec_command", { cmd: "cat notes.txt" }), toolUse("exec_command", { cmd: "echo 'second call'" })],
  [thinking("Now the change."), toolUse("apply_patch", { input: updatePatch })],
  [toolUse("exec_command", { cmd: "cat notes.txt && exit 3" })],
];

const expectedRounds = [
  [{ name: "apply_patch", input: { input: addPatch }, output: expect.stringContaining("notes.txt") }],
  [
    {
      name: "exec_command",
      input: { cmd: "cat notes.txt" },
      output: expect.stringContaining("alpha\nβeta 🌤"),
    },
    {
      name: "exec_command",
      input: { cmd: "echo 'second call'" },
      output: expect.stringContaining("second call\n"),
    },
  ],
  [{ name: "apply_patch", input: { input: updatePatch }, output: expect.stringContaining("notes.txt") }],
  [
    {
      name: "exec_command",
      input: { cmd: "cat notes.txt && exit 3" },
      output: expect.stringMatching(/code 3[^]*omega/),
    },
  ],
];

/** Whose conversations are looked at has a key of its own. */
const WAYS = [
  { way: "HTTP", usesWebSockets: false, apiKey: "tp-key-of-codex-over-http" },
  { way: "a WebSocket", usesWebSockets: true, apiKey: "tp-key-of-codex-over-a-websocket" },
] as const;

describeProgram("codex", (program) => {
  const shared = shareTurnpike({ flags: { "auth.apiKeys": [API_KEY, ...WAYS.map(({ apiKey }) => apiKey)] } });
  startEachTestAfresh(shared);

  test.each(WAYS)(
    "writes, reads, changes and shows a file over $way",
    { timeout: 240_000 },
    async ({ usesWebSockets, apiKey }) => {
      const turnpike = shared();
      const codex = await prepareCodex(program, { url: turnpike.url, apiKey, usesWebSockets });
      const headers = { authorization: `Bearer ${apiKey}` };
      const own = { fetch: (path: string) => turnpike.fetch(path, { headers }) };
      turnpike.upstream.respondWith(playRounds(noteRounds, "The notes are written."));

      const end = await codex.run("Make notes.");
      expect(end, end.stderr).toMatchObject({ code: 0, signal: null });
      expect(end.events.filter(({ type }) => type === "error" || type === "turn.failed")).toEqual([]);
      expect(messagesOf(end)).toEqual(["I write it.", "The notes are written."]);
      expect(await readFile(join(codex.folder, "notes.txt"), "utf8")).toBe("omega\nβeta 🌤\n");
      expect(end.events.at(-1)).toMatchObject({ type: "turn.completed" });
      expect(codex.internet.attempts).toEqual([]);

      const last = await turnpike.upstream.waitForRequest(5);
      expect(toolRoundsOf(last)).toEqual(expectedRounds);
      expect(systemPromptOf(last)).toContain("You are a coding agent.");
      expect(toolNamesOf(last)).toEqual(
        expect.arrayContaining(["apply_patch", "exec_command", "write_stdin"]),
      );
      // Claude's thinking comes back to it with its signature, though the client keeps it.
      const thoughts = last.body.messages.flatMap(blocksOf).filter(({ type }) => type === "thinking");
      expect(thoughts).toMatchObject([{ thinking: "A patch makes it." }, { thinking: "Now the change." }]);
      expect(await listConversations(own)).toMatchObject([
        { placements: [expect.any(String), "hot", "hot", "hot", "hot"] },
      ]);

      // A new process of the client goes on where the last one ended.
      turnpike.upstream.respondWith(playRounds([], "They say omega."));
      const next = await codex.run("resume", "--last", "What do they say?");
      expect(next, next.stderr).toMatchObject({ code: 0, signal: null });
      expect(messagesOf(next)).toEqual(["They say omega."]);
      const continued = (await listConversations(own)).find(({ placements }) => placements.length > 1);
      expect(continued?.placements.slice(1)).toEqual(["hot", "hot", "hot", "hot", "hot"]);
    },
  );

  test("shows why the model refuses, and asks no more", { timeout: 240_000 }, async () => {
    const turnpike = shared();
    const codex = await prepareCodex(program, { url: turnpike.url });
    turnpike.upstream.respondWith(() => reply({ blocks: [textBlock("Well, ")], stopReason: "refusal" }));
    const end = await codex.run("Make notes.");
    expect(end.code).not.toBe(0);
    expect(turnpike.upstream.requests).toHaveLength(1);
    expect(end.events.at(-1)).toMatchObject({
      type: "turn.failed",
      error: { message: expect.stringMatching(/declin|refus/i) },
    });
  });

  test.each(WAYS)(
    "shows at once, over $way, what it may not ask for",
    { timeout: 240_000 },
    async ({ usesWebSockets }) => {
      const codex = await prepareCodex(program, { url: shared().url, usesWebSockets, asksAgain: true });
      const headers = 'model_providers.turnpike.http_headers={"X-Turnpike-Builtin-Tools"="on"}';
      const end = await codex.run("-c", headers, "Make notes.");
      const told = end.events.filter(({ type }) => type === "error");
      expect(told).toMatchObject([{ message: expect.stringContaining("requests.builtinTools") }]);
      expect(shared().upstream.requests).toEqual([]);
    },
  );

  test("patches by its shell when it does not know the model", { timeout: 240_000 }, async () => {
    const turnpike = shared();
    const codex = await prepareCodex(program, { url: turnpike.url, knowsModel: false });
    turnpike.upstream.respondWith(
      playRounds(
        [
          [shellPatch(addPatch)],
          [shellPatch(updatePatch)],
          [toolUse("exec_command", { cmd: "cat notes.txt" })],
        ],
        "The notes are written.",
      ),
    );
    const end = await codex.run("Make notes.");
    expect(end, end.stderr).toMatchObject({ code: 0, signal: null });
    expect(messagesOf(end)).toEqual(["The notes are written."]);
    expect(await readFile(join(codex.folder, "notes.txt"), "utf8")).toBe("omega\nβeta 🌤\n");
    expect(toolRoundsOf(await turnpike.upstream.waitForRequest(4)).at(-1)).toMatchObject([
      { output: expect.stringContaining("omega\nβeta 🌤") },
    ]);
  });

  test("a tool of a namespace is known by both names", { timeout: 240_000 }, async () => {
    const turnpike = shared();
    const codex = await prepareCodex(program, { url: turnpike.url });
    const name = "multi_agent_v1__close_agent";
    turnpike.upstream.respondWith(playRounds([[toolUse(name, { target: "nobody" })]], "Nobody is there."));
    const end = await codex.run("Close it.");
    expect(end, end.stderr).toMatchObject({ code: 0, signal: null });
    expect(messagesOf(end)).toEqual(["Nobody is there."]);
    expect(toolRoundsOf(await turnpike.upstream.waitForRequest(2))).toEqual([
      [{ name, input: { target: "nobody" }, output: expect.stringContaining("nobody") }],
    ]);
  });

  test("a history that became too long is compacted", { timeout: 240_000 }, async () => {
    const turnpike = shared();
    const codex = await prepareCodex(program, { url: turnpike.url });
    turnpike.upstream.respondWith([
      reply({
        blocks: [textBlock("I look."), toolUse("exec_command", { cmd: "echo one" })],
        usage: { input_tokens: 150_000 },
      }),
      text("So far, one was looked at."),
      text("Done."),
    ]);
    const end = await codex.run("-c", "model_auto_compact_token_limit=100000", "Look.");
    expect(end, end.stderr).toMatchObject({ code: 0, signal: null });
    expect(messagesOf(end)).toEqual(["I look.", "Done."]);
    const last = await turnpike.upstream.waitForRequest(3);
    expect(JSON.stringify(last.body.messages)).toContain("So far, one was looked at.");
    expect(toolRoundsOf(last)).toEqual([]);
  });

  test("shows an image to the model", { timeout: 240_000 }, async () => {
    const turnpike = shared();
    const codex = await prepareCodex(program, { url: turnpike.url });
    await writeFile(join(codex.folder, "dot.png"), Buffer.from(DOT, "base64"));
    turnpike.upstream.respondWith(text("A dot."));
    const end = await codex.run("--image", join(codex.folder, "dot.png"), "--", "What is it?");
    expect(end, end.stderr).toMatchObject({ code: 0, signal: null });
    expect(messagesOf(end)).toEqual(["A dot."]);
    const { content } = conversationOf(await turnpike.upstream.waitForRequest(1)).at(-1) ?? {};
    expect(content).toContainEqual(expect.objectContaining({ type: "image" }));
  });

  test("an answer of the shape that was asked for", { timeout: 240_000 }, async () => {
    const turnpike = shared();
    const codex = await prepareCodex(program, { url: turnpike.url });
    const schema = {
      type: "object",
      properties: { title: { type: "string" } },
      required: ["title"],
      additionalProperties: false,
    };
    await writeFile(join(codex.folder, "schema.json"), JSON.stringify(schema));
    const answer = JSON.stringify({ title: "Notes" });
    turnpike.upstream.respondWith(text(answer));
    const end = await codex.run("--output-schema", join(codex.folder, "schema.json"), "Name it.");
    expect(end, end.stderr).toMatchObject({ code: 0, signal: null });
    expect(messagesOf(end)).toEqual([answer]);
    expect(JSON.stringify((await turnpike.upstream.waitForRequest(1)).body)).toContain('"title"');
  });

  test("a failed answer is reported as such", { timeout: 240_000 }, async () => {
    const turnpike = shared();
    const codex = await prepareCodex(program, { url: turnpike.url });
    turnpike.upstream.respondWith(
      reply({ blocks: [textBlock("", { chunks: ["Half an ", { type: "error-event", error: BROKEN }] })] }),
    );
    const end = await codex.run("Make notes.");
    expect(end.code).not.toBe(0);
    expect(end.signal).toBeNull();
    expect(end.events.at(-1)).toMatchObject({ type: "turn.failed" });
  });
});

describeProgram("codex", (program) => {
  const shared = shareTurnpike({ flags: { "server.keepAlive": "500ms" } });

  describe.concurrent("at once, since they mostly wait", () => {
    test.for(WAYS)(
      "over $way a turn that is silent for longer than it waits for an event comes to its end",
      { timeout: 240_000 },
      async ({ way, usesWebSockets }, { onTestFinished }) => {
        const { upstream, url } = shared();
        const silence = { type: "pause", ms: 4000 } as const;
        upstream.respondWith(() => text("", { chunks: [silence, "Here ", silence, "at last."] }));
        const codex = await prepareCodex(program, {
          url,
          usesWebSockets,
          streamIdleTimeoutMs: 2000,
          onEnd: onTestFinished,
        });
        const end = await codex.run(asks(way));
        expect(messagesOf(end)).toEqual(["Here at last."]);
        const asked = upstream.requests.map(({ body }) => JSON.stringify(body.messages));
        expect(asked.filter((each) => each.includes(asks(way)))).toHaveLength(1);
        expect(asked.filter((each) => !WAYS.some((one) => each.includes(asks(one.way))))).toEqual([]);
      },
    );
  });
});

const asks = (way: string) => `Take your time over ${way}.`;

const BROKEN = { type: "api_error", message: "Something broke" };

/** A PNG of one pixel. */
const DOT =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
