import { expect, test } from "vitest";

import { openTurnBed } from "../../../test/engine/turn-bed.ts";
import { turnRequest } from "../../../test/engine/turn-fixtures.ts";
import { speak } from "../../../test/engine/turn-scripts.ts";
import type { TurnScript } from "../../../test/engine/scripted-session.ts";
import type { WorkspaceSnapshots } from "../ports/workspace-snapshots.ts";
import type { TurnEvent } from "../words/turn-event.ts";
import type { TurnRequest } from "../words/turn-request.ts";

const CONTENT = new TextEncoder().encode("const a = 1;\nEND\n");
const ASKED: Partial<TurnRequest> = { includesFiles: true, sampling: { stopSequences: ["END"] } };

/** Every turn that runs a command creates one file. */
const ONE_NEW_FILE: WorkspaceSnapshots = {
  take: async () => ({
    compare: async () => ({
      changes: [{ type: "created", path: "a.ts", after: CONTENT }],
      isComplete: true,
    }),
    [Symbol.asyncDispose]: async () => {},
  }),
};

const work: TurnScript = async function* (turn) {
  await turn.supervisor.beforeTool({ name: "Bash", mayChangeFiles: true });
  yield* speak(["Done."])(turn);
};

const textOf = (events: readonly TurnEvent[]) =>
  events.map((event) => (event.type === "text-delta" ? event.text : "")).join("");

test("files in the text are part of the conversation, and no stop sequence cuts them", async () => {
  const bed = await openTurnBed({ snapshots: ONE_NEW_FILE });
  bed.engine.script = work;
  const first = await bed.run(turnRequest(["Write it."], ASKED));
  const text = textOf(first);
  expect(text).toBe("Done.\n\n```typescript path=a.ts\nconst a = 1;\nEND\n```");
  expect(first.find((event) => event.type === "file-changes")).toMatchObject({
    changes: [{ type: "created", path: "a.ts", contentId: expect.any(String) }],
  });
  expect(first.at(-1)).toMatchObject({ type: "turn-end", reason: "end" });

  bed.engine.script = speak(["Bye."]);
  const next = await bed.run(turnRequest(["Write it.", text, "Thanks."], ASKED));
  expect(next[0]).toMatchObject({ type: "turn-start", placement: "hot" });
  expect(textOf(next)).toBe("Bye.");
});

test("who does not ask has the text alone", async () => {
  const bed = await openTurnBed({ snapshots: ONE_NEW_FILE });
  bed.engine.script = work;
  const events = await bed.run(turnRequest(["Write it."]));
  expect(textOf(events)).toBe("Done.");
  expect(events.some((event) => event.type === "file-changes")).toBe(true);
});
