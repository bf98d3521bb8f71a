import { expect, test } from "vitest";

import { MemoryConversationLock } from "../../cluster/memory/memory-conversation-lock.ts";
import { NO_FOLDERS } from "../../../test/workspaces/no-folders.ts";
import { applyAtRest } from "./apply-at-rest.ts";
import { newConversationId } from "../words/ids.ts";
import type { ConversationFolder, FolderApply } from "../ports/conversation-folders.ts";
import { RunningTurns } from "../turn/running-turns.ts";

const ID = newConversationId();
const FOLDER: ConversationFolder = {
  conversationId: ID,
  isolation: "copy",
  base: "/base",
  folder: "/folder",
  createdAt: 0,
};
const NEVER = new AbortController().signal;

test("changes are applied between turns, and no turn begins meanwhile", async () => {
  const running = new RunningTurns(new MemoryConversationLock());
  const result = Promise.withResolvers<FolderApply>();
  const folders = applyAtRest(
    { ...NO_FOLDERS, find: async () => FOLDER, apply: () => result.promise },
    running,
  );
  const turn = running.begin(ID);
  await expect(folders.apply(ID, NEVER)).rejects.toMatchObject({ info: { kind: "conflict" } });
  turn[Symbol.dispose]();

  const applying = folders.apply(ID, NEVER);
  await expect.poll(() => running.find(ID)).toBeDefined();
  await expect(folders.apply(ID, NEVER)).rejects.toMatchObject({ info: { kind: "conflict" } });
  result.resolve({ applied: ["a"], conflicts: [] });
  expect(await applying).toEqual({ applied: ["a"], conflicts: [] });
  expect(running.find(ID)).toBeUndefined();
});

test("without a folder there is nothing to wait for", async () => {
  const running = new RunningTurns(new MemoryConversationLock());
  using _turn = running.begin(ID);
  expect(await applyAtRest(NO_FOLDERS, running).apply(ID, NEVER)).toBeUndefined();
});
