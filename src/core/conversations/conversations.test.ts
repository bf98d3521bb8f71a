import { describe, expect, test } from "vitest";

import { ALICE, BOB } from "../../../test/conformance/store-fixtures.ts";
import { openTurnBed } from "../../../test/engine/turn-bed.ts";
import { turnRequest } from "../../../test/engine/turn-fixtures.ts";
import { speak } from "../../../test/engine/turn-scripts.ts";
import { NO_FOLDERS } from "../../../test/workspaces/no-folders.ts";
import { Gate } from "../../demo/gate.ts";
import { createConversationDirectory } from "./conversations.ts";

async function openDirectory() {
  const bed = await openTurnBed();
  const directory = createConversationDirectory({ ...bed, conversationFolders: NO_FOLDERS });
  const talk = (text: string, name = "talk") => bed.run(turnRequest([text], { conversationName: name }));
  return { bed, directory, talk };
}

test("shows conversations with their turns, and which of them are hot", async () => {
  const { bed, directory, talk } = await openDirectory();
  await talk("one");
  await talk("two");
  expect(await directory.list(ALICE, { limit: 10 })).toMatchObject([
    { name: "talk", turnCount: 2, isHot: true },
  ]);
  expect(await directory.find(ALICE, "talk")).toMatchObject({
    turnCount: 2,
    session: { id: bed.engine.sessions[0]?.id, isBusy: false },
    turns: [{ status: "completed" }, { status: "completed" }],
  });
});

test("shows and gives away nothing to another principal", async () => {
  const { bed, directory, talk } = await openDirectory();
  await talk("one");
  expect(await directory.list(BOB, { limit: 10 })).toEqual([]);
  expect(await directory.find(BOB, "talk")).toBeUndefined();
  expect(await directory.remove(BOB, "talk", "forget")).toBe(false);
  expect(bed.engine.running).toHaveLength(1);
});

describe("remove", () => {
  test("evict ends the process and keeps the record", async () => {
    const { bed, directory, talk } = await openDirectory();
    await talk("one");
    expect(await directory.remove(ALICE, "talk", "evict")).toBe(true);
    expect(bed.engine.running).toEqual([]);
    expect(await directory.find(ALICE, "talk")).toMatchObject({ turnCount: 1 });
    const [start] = await talk("two");
    expect(start).toMatchObject({ placement: "resumed" });
  });

  test("forget deletes the record, and the name is free", async () => {
    const { bed, directory, talk } = await openDirectory();
    await talk("one");
    expect(await directory.remove(ALICE, "talk", "forget")).toBe(true);
    expect(bed.engine.running).toEqual([]);
    expect(await directory.find(ALICE, "talk")).toBeUndefined();
    const [start] = await talk("two");
    expect(start).toMatchObject({ placement: "cold" });
  });

  test("forget cancels a turn that runs, and nothing of it stays", async () => {
    const { bed, directory } = await openDirectory();
    const gate = new Gate();
    bed.engine.script = speak([gate]);
    const turn = bed.begin(turnRequest(["one"], { conversationName: "talk" }));
    await gate.reached;
    expect(await directory.remove(ALICE, "talk", "forget")).toBe(true);
    expect((await turn.finished).at(-1)).toMatchObject({ type: "turn-error", error: { kind: "cancelled" } });
    expect(await directory.list(ALICE, { limit: 10 })).toEqual([]);
    expect(bed.engine.running).toEqual([]);
  });

  test("what does not exist is not removed", async () => {
    const { directory } = await openDirectory();
    expect(await directory.remove(ALICE, "nothing", "evict")).toBe(false);
  });
});
