import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { MemoryConversationLock } from "../../src/cluster/memory/memory-conversation-lock.ts";
import { createTurnUndo } from "../../src/core/file-changes/undo-turn.ts";
import type { ConversationId } from "../../src/core/words/ids.ts";
import type { RestoredChanges } from "../../src/core/ports/undo-changes.ts";
import type { KeptFileChange } from "../../src/core/ports/workspace-snapshots.ts";
import { RunningTurns } from "../../src/core/turn/running-turns.ts";
import { openStore, type Store } from "../../src/store/open-store.ts";
import { turnChanges } from "../conformance/file-change-fixtures.ts";
import { conversation, conversationId, newTurn } from "../conformance/store-fixtures.ts";
import { expectErrorBody } from "../schema/expect-openai.ts";
import {
  JSON_HEADERS,
  KEY,
  NO_CONVERSATIONS,
  postChat,
  type RawAnswer,
  sendRaw,
  type ScriptedServer,
  startScriptedServer,
  TURN_END,
  turnStart,
} from "./scripted-server.ts";

const BINARY = Buffer.from([0xff, 0xfe, 0x00, 0x01]);

const CHANGES: readonly KeptFileChange[] = [
  { type: "created", path: "src/naïve \u202e日本.html", after: Buffer.from("<script>é</script>") },
  { type: "changed", path: "data.bin", before: Buffer.from("x"), after: BINARY },
  { type: "changed", path: "nul.txt", before: Buffer.from("x"), after: Buffer.from("a\0b") },
  { type: "created", path: "empty", after: Buffer.alloc(0) },
  { type: "deleted", path: "gone.txt", before: Buffer.from("bye\n"), diff: "the diff" },
  { type: "renamed", path: "b", previousPath: "a", before: Buffer.from("x"), after: Buffer.from("x") },
];

let store: Store;
let server: ScriptedServer;
const running = new RunningTurns(new MemoryConversationLock());
/** What an undo comes to, and what it was asked to do. */
let outcome: RestoredChanges;
let restored: { folder: string; changes: readonly KeptFileChange[] }[];
let isFolderGone: boolean;
/** What the turns of the test change, in which conversation. */
let changes: readonly KeptFileChange[];
let lineId: ConversationId;

beforeEach(async () => {
  outcome = { type: "restored", paths: ["data.bin", "a"] };
  restored = [];
  isFolderGone = false;
  changes = CHANGES;
  lineId = conversationId("c1");
  store = await openStore({
    location: { type: "sqlite", file: ":memory:" },
    retention: { content: "keep" },
  });
  server = await startScriptedServer(
    async function* (request) {
      yield turnStart(request);
      const { turnId, principalId } = request;
      const name = request.conversationName;
      const line = conversation(lineId, { principalId, ...(name !== undefined && { name }) });
      await store.beginTurn(line, { ...newTurn(turnId, line), id: turnId });
      const turn = { turnId, principalId, conversationId: line.id };
      if (changes.length > 0) await store.fileChanges.saveChanges(turnChanges(turnId, changes, turn));
      yield TURN_END;
    },
    {
      fileChanges: store.fileChanges,
      conversations: {
        ...NO_CONVERSATIONS,
        find: async (principalId, name) => {
          const found = await store.findConversation(principalId, name);
          return found && { ...found, isHot: false, turnCount: 0, turns: [] };
        },
      },
      undoTurn: createTurnUndo({
        store: store.fileChanges,
        running,
        requireSameFolder: async () => {
          if (isFolderGone) throw new Error("The folder is gone.");
        },
        restore: async (folder, given) => {
          restored.push({ folder, changes: given });
          return outcome;
        },
        clock: () => 7_000,
      }),
    },
  );
});
afterEach(async () => {
  await server.close();
  await store.close();
});

/** Runs a turn, and returns the id of its answer. */
async function runTurn(name?: string): Promise<string> {
  const answer = await postChat(server, name === undefined ? {} : { model: `sonnet:${name}` });
  // Proof for the cast: the tests of chat completions check such answers.
  return (answer.json as { id: string }).id;
}

const hexOf = (id: string) => id.replace(/^chatcmpl-/, "");

function send(method: string, path: string, key = KEY): Promise<RawAnswer> {
  return sendRaw(server, { method, path, headers: { ...JSON_HEADERS, authorization: `Bearer ${key}` } });
}

async function contentIds(id: string): Promise<Map<string, string | undefined>> {
  const { json } = await send("GET", `/turns/${id}/changes`);
  // Proof for the cast: the shape is checked below.
  const body = json as { changes: { path: string; content_id?: string }[] };
  return new Map(body.changes.map((change) => [change.path, change.content_id]));
}

/** Status, turns and whether there are more. */
const listChanges = async (path: string) => {
  const { status, json } = await send("GET", `/conversations/${path}`);
  // Proof for the cast: what is no list has no data, and the test fails.
  const body = json as { data?: { turn_id: string }[]; has_more?: boolean };
  return [status, body.data?.map((turn) => turn.turn_id), body.has_more];
};

/** Returns the message. */
async function expectConflict(id: string, words: string): Promise<string> {
  const answer = await send("POST", `/turns/${id}/undo`);
  expect(answer.status).toBe(409);
  const { code, message } = expectErrorBody(answer.json).error;
  expect(code).toBe("conflict");
  expect(message).toContain(words);
  return message;
}

const asText = ({ path, before }: KeptFileChange) => [path, before && Buffer.from(before).toString()];

describe("the changes of a turn", () => {
  test("are found by the id of any answer", async () => {
    const id = await runTurn();
    const body = {
      object: "turn.changes",
      turn_id: `turn_${hexOf(id)}`,
      conversation_id: "c1",
      changed_at: 2_900,
      undone_at: null,
      is_complete: true,
      changes: [
        { type: "created", path: CHANGES[0]?.path, content_id: expect.stringMatching(/^chg_[0-9a-f]{24}$/) },
        { type: "changed", path: "data.bin", content_id: expect.any(String) },
        { type: "changed", path: "nul.txt", content_id: expect.any(String) },
        { type: "created", path: "empty", content_id: expect.any(String) },
        { type: "deleted", path: "gone.txt", diff: "the diff" },
        { type: "renamed", path: "b", previous_path: "a", content_id: expect.any(String) },
      ],
    };
    for (const prefix of ["chatcmpl-", "turn_", "resp_", "msg_"]) {
      const answer = await send("GET", `/turns/${prefix}${hexOf(id)}/changes`);
      expect([answer.status, answer.json]).toEqual([200, body]);
    }
  });

  test("are those of its own key only", async () => {
    const id = await runTurn();
    const contentId = [...(await contentIds(id)).values()][0];
    for (const [method, path] of [
      ["GET", `/turns/${id}/changes`],
      ["POST", `/turns/${id}/undo`],
      ["GET", `/changes/${contentId}/content`],
      ["GET", "/conversations/c1/changes"],
    ] as const) {
      const answer = await send(method, path, "tp-other-key");
      expect([path, answer.status]).toEqual([path, 404]);
      expectErrorBody(answer.json);
      expect((await send(method, path, "wrong")).status).toBe(401);
    }
    expect(restored).toEqual([]);
  });

  test.each(["turn_1", "chatcmpl-", "x", "turn_%00", "..%2f..%2fetc", "resp_zzzzzzzzzzzzzzzzzzzzzzzz"])(
    "are not found by %s",
    async (id) => {
      expect((await send("GET", `/turns/${id}/changes`)).status).toBe(404);
      expect((await send("POST", `/turns/${id}/undo`)).status).toBe(404);
    },
  );

  test("are not found where there are none", async () => {
    changes = [];
    const answer = await send("GET", `/turns/${await runTurn()}/changes`);
    expect([answer.status, expectErrorBody(answer.json).error.code]).toEqual([404, "not_found"]);
  });

  test("are only read by GET, and undone by POST", async () => {
    const id = await runTurn();
    expect((await send("POST", `/turns/${id}/changes`)).status).toBe(405);
    expect((await send("GET", `/turns/${id}/undo`)).status).toBe(405);
  });
});

describe("a file's content after the turn", () => {
  test.each([
    [0, "text/plain; charset=utf-8", "<script>é</script>"],
    [1, "application/octet-stream", BINARY.toString()],
    [2, "application/octet-stream", "a\0b"],
    [3, "text/plain; charset=utf-8", ""],
  ])("is never something that a browser shows or runs: %i", async (index, type, text) => {
    const ids = await contentIds(await runTurn());
    const answer = await send("GET", `/changes/${ids.get(CHANGES[index]?.path ?? "")}/content`);
    expect(answer.status).toBe(200);
    expect(answer.text).toBe(text);
    expect(answer.headers).toMatchObject({
      "content-type": type,
      "content-length": String(CHANGES[index]?.after?.byteLength),
      "content-disposition": expect.stringMatching(/^attachment; filename="/),
      "x-content-type-options": "nosniff",
    });
  });

  test("is named as the file, without its folder and what cannot be seen", async () => {
    const ids = await contentIds(await runTurn());
    const answer = await send("GET", `/changes/${ids.get(CHANGES[0]?.path ?? "")}/content`);
    expect(answer.headers["content-disposition"]).toBe(
      "attachment; filename=\"na_ve __.html\"; filename*=UTF-8''na%C3%AFve%20%E6%97%A5%E6%9C%AC.html",
    );
  });

  test.each(["chg_000000000000000000000000", "x", "%00", "..%2f..%2fetc%2fpasswd"])(
    "is not found by %s",
    async (id) => {
      const answer = await send("GET", `/changes/${id}/content`);
      expect(answer.status).toBe(404);
      expectErrorBody(answer.json);
    },
  );
});

describe("the changes of a conversation", () => {
  test("are listed turn by turn, in pages", async () => {
    const turns: string[] = [];
    for (let count = 0; count < 3; count++) turns.push(`turn_${hexOf(await runTurn("trip"))}`);
    // All in the same millisecond.
    turns.sort();
    expect(await listChanges("trip/changes")).toEqual([200, turns, false]);
    expect(await listChanges("c1/changes?limit=2")).toEqual([200, turns.slice(0, 2), true]);
    expect(await listChanges(`trip/changes?limit=2&after=${turns[1]}`)).toEqual([200, turns.slice(2), false]);
  });

  test("are found where names hold slashes, plain and encoded", async () => {
    const turns = [`turn_${hexOf(await runTurn("team/a/changes"))}`];
    expect(await listChanges("team/a/changes/changes")).toEqual([200, turns, false]);
    expect(await listChanges("team%2Fa%2Fchanges/changes")).toEqual([200, turns, false]);
    lineId = conversationId("c2");
    await runTurn("team/a");
    // Of the two that the path could mean, the changes; with %2F, the conversation.
    expect((await send("GET", "/conversations/team/a/changes")).json).toMatchObject({ object: "list" });
    expect((await send("GET", "/conversations/team/a%2Fchanges")).json).toMatchObject({ id: "c1" });
  });

  test("leave a conversation be that is called like them", async () => {
    await runTurn("team/changes");
    expect((await send("GET", "/conversations/team/changes")).json).toMatchObject({
      object: "conversation",
      name: "team/changes",
    });
    expect((await send("GET", "/conversations/changes")).status).toBe(404);
  });

  test.each([
    ["limit=0", "limit"],
    ["limit=101", "limit"],
    ["limit=x", "limit"],
    ["after=none", "after"],
    ["after=turn_000000000000000000000000", "after"],
  ])("want a right query: %s", async (query, param) => {
    await runTurn("trip");
    const answer = await send("GET", `/conversations/trip/changes?${query}`);
    expect([answer.status, expectErrorBody(answer.json).error.param]).toEqual([400, param]);
  });
});

describe("an undo", () => {
  test("puts back what was there, once", async () => {
    const id = await runTurn();
    const answer = await send("POST", `/turns/${id}/undo`);
    expect([answer.status, answer.json]).toEqual([
      200,
      { object: "turn.undo", turn_id: `turn_${hexOf(id)}`, restored: ["data.bin", "a"] },
    ]);
    expect(restored).toHaveLength(1);
    expect(restored[0]?.folder).toBe("/work/né");
    expect(restored[0]?.changes.map(asText)).toEqual(CHANGES.map(asText));
    expect((await send("GET", `/turns/${id}/changes`)).json).toMatchObject({ undone_at: 7_000 });
    await expectConflict(id, "undone already");
    expect(restored).toHaveLength(1);
  });

  test("names the files that have changed since", async () => {
    outcome = { type: "conflict", paths: Array.from({ length: 30 }, (_, index) => `file-${index}`) };
    const id = await runTurn();
    const message = await expectConflict(id, "file-0, file-1");
    expect(message).toContain("file-19 and 10 more");
    expect((await send("GET", `/turns/${id}/changes`)).json).toMatchObject({ undone_at: null });
    outcome = { type: "restored", paths: [] };
    expect((await send("POST", `/turns/${id}/undo`)).status).toBe(200);
  });

  test("is refused while a turn of the conversation runs", async () => {
    const id = await runTurn();
    const turn = running.begin(conversationId("c1"));
    await expectConflict(id, "A turn of this conversation runs");
    turn[Symbol.dispose]();
    expect((await send("POST", `/turns/${id}/undo`)).status).toBe(200);
    expect(running.find(conversationId("c1"))).toBeUndefined();
  });

  test("is refused as a whole where a content was not kept", async () => {
    changes = [...CHANGES, { type: "changed", path: "huge.iso" }];
    await expectConflict(await runTurn(), "huge.iso");
    expect(restored).toEqual([]);
  });

  test("writes nothing where the folder is another one now, and can be tried again", async () => {
    const id = await runTurn();
    isFolderGone = true;
    expect((await send("POST", `/turns/${id}/undo`)).status).toBe(500);
    expect(restored).toEqual([]);
    isFolderGone = false;
    expect((await send("POST", `/turns/${id}/undo`)).status).toBe(200);
  });

  test("is done once when it is asked for twice at once", async () => {
    const id = await runTurn();
    const answers = await Promise.all([1, 2].map(() => send("POST", `/turns/${id}/undo`)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(restored).toHaveLength(1);
  });
});
