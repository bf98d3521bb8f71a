import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { MemoryConversationLock } from "../../src/cluster/memory/memory-conversation-lock.ts";
import { applyAtRest } from "../../src/core/conversations/apply-at-rest.ts";
import type { ConversationId } from "../../src/core/words/ids.ts";
import type {
  ConversationDetails,
  ConversationDirectory,
} from "../../src/core/ports/conversation-directory.ts";
import type { ConversationFolders } from "../../src/core/ports/conversation-folders.ts";
import { RunningTurns } from "../../src/core/turn/running-turns.ts";
import { conversation, FolderBed, NEVER, read } from "../workspaces/folder-bed.ts";
import {
  KEY,
  type RawAnswer,
  say,
  sendRaw,
  type ScriptedServer,
  startScriptedServer,
} from "./scripted-server.ts";

const ONE = conversation("one");
const TWO = conversation("two");
const SHARED = conversation("shared");
const PATCH =
  "diff --git a/a.txt b/a.txt\n--- a/a.txt\n+++ b/a.txt\n@@ -1 +1 @@\n-a\n+by one\n" +
  "diff --git a/naïve.txt b/naïve.txt\nnew file mode 100644\n--- /dev/null\n+++ b/naïve.txt\n@@ -0,0 +1 @@\n+new\n";

let bed: FolderBed;
let server: ScriptedServer;
let conversationFolders: ConversationFolders;
let running: RunningTurns;

beforeEach(async () => {
  bed = new FolderBed();
  bed.write("a.txt", "a\n");
  bed.commit();
  running = new RunningTurns(new MemoryConversationLock());
  const folders = bed.folders();
  conversationFolders = applyAtRest(folders.conversations, running);
  for (const [id, text] of [
    [ONE, "by one\n"],
    [TWO, "by two\n"],
  ] as const) {
    const folder = await folders.open(id, bed.profile({ isolation: "worktree" }), NEVER);
    writeFileSync(join(folder, "a.txt"), text);
    if (id === ONE) writeFileSync(join(folder, "naïve.txt"), "new\n");
  }
  server = await startScriptedServer(say("ok"), {
    conversations: await directoryOf({ "team/one": ONE, "team/diff": TWO, shared: SHARED }),
    conversationFolders,
  });
});

afterEach(async () => {
  await server.close();
  bed[Symbol.dispose]();
});

function detailsOf(name: string, id: ConversationId): ConversationDetails {
  // Proof for the cast: the routes under test read nothing but the id.
  return { id, name, turns: [] } as unknown as ConversationDetails;
}

/** Conversations of the first key's by name. */
async function directoryOf(ids: Readonly<Record<string, ConversationId>>): Promise<ConversationDirectory> {
  let owner: string | undefined;
  return {
    list: async () => [],
    async find(principalId, nameOrId) {
      owner ??= principalId;
      const [name, id] =
        Object.entries(ids).find((entry) => entry.includes(nameOrId as ConversationId)) ?? [];
      return principalId === owner && name !== undefined && id !== undefined
        ? detailsOf(name, id)
        : undefined;
    },
    remove: async () => false,
  };
}

function send(
  method: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  key = KEY,
): Promise<RawAnswer> {
  return sendRaw(server, { method, path, headers: { authorization: `Bearer ${key}`, ...headers } });
}

test("the diff comes as JSON, and as a patch where it is asked for", async () => {
  for (const path of ["conv_one", "team/one", "team%2Fone"]) {
    const answer = await send("GET", `/conversations/${path}/diff`);
    expect(answer, path).toMatchObject({ status: 200 });
    expect(answer.json).toEqual({
      object: "workspace.diff",
      conversation_id: "conv_one",
      isolation: "worktree",
      is_complete: true,
      diff: PATCH,
      changes: [
        { type: "changed", path: "a.txt", diff: expect.stringContaining("+by one\n") },
        { type: "created", path: "naïve.txt", diff: expect.stringContaining("+new\n") },
      ],
    });
  }
  for (const [query, headers] of [
    ["?format=patch", {}],
    ["", { accept: "text/x-diff, */*;q=0.1" }],
    ["?format=patch", { accept: "application/json" }],
  ] as const) {
    const answer = await send("GET", `/conversations/conv_one/diff${query}`, headers);
    expect(answer).toMatchObject({
      status: 200,
      text: PATCH,
      headers: { "content-type": "text/x-diff; charset=utf-8", "x-content-type-options": "nosniff" },
    });
  }
  expect(
    (await send("GET", "/conversations/conv_one/diff?format=json", { accept: "text/x-diff" })).json,
  ).toMatchObject({ object: "workspace.diff" });
  expect(await send("GET", "/conversations/conv_one/diff?format=html")).toMatchObject({
    status: 400,
    json: { error: { param: "format" } },
  });
  expect(read(bed.workspace, "a.txt")).toBe("a\n");
});

test("the first is applied, the second conflicts and is told where", async () => {
  expect(await send("POST", "/conversations/team/one/apply")).toMatchObject({
    status: 200,
    json: { object: "workspace.apply", conversation_id: "conv_one", applied: ["a.txt", "naïve.txt"] },
  });
  expect(read(bed.workspace, "a.txt")).toBe("by one\n");
  const conflict = await send("POST", "/conversations/conv_two/apply");
  expect(conflict).toMatchObject({
    status: 409,
    headers: { "x-should-retry": "false" },
    json: {
      error: {
        message: expect.stringContaining("a.txt"),
        type: "invalid_request_error",
        param: "a.txt",
        code: "conflict",
      },
    },
  });
  expect(conflict.text).not.toContain(bed.root);
  expect(read(bed.workspace, "a.txt")).toBe("by one\n");
  expect((await send("POST", "/conversations/conv_one/apply")).json).toMatchObject({ applied: [] });
  expect((await send("GET", "/conversations/conv_one/diff")).json).toMatchObject({ diff: "", changes: [] });
});

test("while a turn runs nothing is applied", async () => {
  using _turn = running.begin(ONE);
  expect(await send("POST", "/conversations/conv_one/apply")).toMatchObject({
    status: 409,
    json: { error: { code: "conflict" } },
  });
  expect((await send("GET", "/conversations/conv_one/diff")).status).toBe(200);
  expect(read(bed.workspace, "a.txt")).toBe("a\n");
});

test("who has no such conversation, or one without a folder, hears 404", async () => {
  expect((await send("GET", "/conversations/conv_one/diff")).status).toBe(200);
  for (const [method, path] of [
    ["GET", "/conversations/conv_one/diff"],
    ["POST", "/conversations/conv_one/apply"],
  ] as const) {
    expect((await send(method, path, {}, "tp-other-key")).status, path).toBe(404);
    expect((await send(method, path, {}, "tp-wrong-key")).status, path).toBe(401);
    const shared = await send(method, path.replace("conv_one", "shared"));
    expect(shared, path).toMatchObject({
      status: 404,
      json: { error: { message: expect.stringContaining("profiles.<name>.isolation"), code: "not_found" } },
    });
    expect((await send(method, path.replace("conv_one", "nobody"))).status, path).toBe(404);
  }
  expect(read(bed.workspace, "a.txt")).toBe("a\n");
  // A conversation whose own name ends like this is still found.
  expect((await send("GET", "/conversations/team%2Fdiff/diff")).json).toMatchObject({
    conversation_id: "conv_two",
  });
  expect(await send("POST", "/conversations/conv_one/diff")).toMatchObject({ status: 405 });
});

test("a workspace that is gone is told without its path", async () => {
  bed[Symbol.dispose]();
  for (const [method, path] of [
    ["GET", "/conversations/conv_one/diff"],
    ["POST", "/conversations/conv_one/apply"],
  ] as const) {
    const answer = await send(method, path);
    expect([404, 502], path).toContain(answer.status);
    expect(answer.text).not.toContain(bed.root);
  }
});
