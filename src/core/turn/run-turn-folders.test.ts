import { expect, test } from "vitest";

import { openTurnBed, type TurnBed } from "../../../test/engine/turn-bed.ts";
import { turnRequest } from "../../../test/engine/turn-fixtures.ts";
import type { TurnEvent } from "../words/turn-event.ts";
import type { TurnRequest } from "../words/turn-request.ts";

/** The same profile in another folder, as a request's own settings would have it. */
function inFolder(workspace: string, request: TurnRequest): TurnRequest {
  const { target } = request;
  return { ...request, target: { ...target, profile: { ...target.profile, workspace } } };
}

const placementOf = ([start]: readonly TurnEvent[]) =>
  start?.type === "turn-start" ? start.placement : start?.type;

/** For each session, its folder and the sizes of its history and of its input. */
const foldersOf = (bed: TurnBed) =>
  bed.engine.sessions.map(({ spec, history, inputs }) => [spec.workspace, history.length, inputs.length]);

test("a named conversation goes on in the folder of each request, with all that was said", async () => {
  const bed = await openTurnBed();
  const say = (text: string, workspace: string) =>
    bed.run(inFolder(workspace, turnRequest([text], { conversationName: "talk" })));
  expect(placementOf(await say("one", "/a"))).toBe("cold");
  expect(placementOf(await say("two", "/a"))).toBe("hot");
  expect(placementOf(await say("three", "/b"))).toBe("resumed");
  expect(placementOf(await say("four", "/b"))).toBe("hot");
  expect(placementOf(await say("five", "/a"))).toBe("resumed");
  expect(foldersOf(bed)).toEqual([
    ["/a", 0, 2],
    ["/b", 4, 2],
    ["/a", 8, 1],
  ]);
});

test("a history that was said in another folder is another state", async () => {
  const bed = await openTurnBed();
  const first = await bed.run(inFolder("/a", turnRequest(["one"])));
  const answer = first.flatMap((event) => (event.type === "text-delta" ? [event.text] : [])).join("");
  const next = turnRequest(["one", answer, "two"]);
  expect(placementOf(await bed.run(inFolder("/b", next)))).toBe("imported");
  expect(placementOf(await bed.run(inFolder("/a", { ...next, turnId: turnRequest(["x"]).turnId })))).toBe(
    "hot",
  );
  expect(foldersOf(bed)).toEqual([
    ["/a", 0, 2],
    ["/b", 2, 1],
  ]);
});
