import { expect, test } from "vitest";

import { chainAll } from "../../lib/stage.ts";
import { through } from "../../lib/staged-stream.ts";
import { tellWorkInText } from "./tell-work-in-text.ts";
import type { EngineEvent } from "../words/turn-event.ts";

async function told(events: readonly EngineEvent[], tellsWorkInText = true): Promise<readonly EngineEvent[]> {
  async function* all() {
    yield* events;
  }
  return Array.fromAsync(
    through(
      all(),
      chainAll(tellWorkInText({ ...(tellsWorkInText && { tellsWorkInText: true }) }, "/srv/work")),
    ),
  );
}

function textOf(events: readonly EngineEvent[]): string {
  return events.map((event) => (event.type === "text-delta" ? event.text : "")).join("");
}

const think = (text: string): EngineEvent => ({ type: "reasoning-delta", text });
const speak = (text: string): EngineEvent => ({ type: "text-delta", text });
const bash = (activityId: string, command: string): EngineEvent => ({
  type: "activity-start",
  activityId,
  name: "Bash",
  input: { command },
  work: { type: "command", about: command },
});

test("words between calls and the calls stand in the text, each a paragraph", async () => {
  const events = [
    think("Let me "),
    think("look.\n"),
    bash("a", "ls -la"),
    bash("b", "pwd"),
    think("Now the tests."),
    bash("c", "npm\n  test"),
    speak("All "),
    speak("is well."),
  ];
  const all = await told(events);
  expect(textOf(all)).toBe(
    "Let me look.\n\n> Bash: ls -la\n\n> Bash: pwd\n\nNow the tests.\n\n> Bash: npm test\n\nAll is well.",
  );
  // Everything else passes unchanged.
  expect(all.filter(({ type }) => type !== "text-delta")).toEqual(
    events.filter(({ type }) => type !== "text-delta"),
  );
});

test("what Claude says as text is not told twice, and thinking before the answer stays thinking", async () => {
  const events = [
    think("Hm."),
    speak("I write it."),
    {
      type: "activity-start",
      activityId: "a",
      name: "Write",
      input: { file_path: "/srv/work/x.txt" },
      work: {
        type: "file-edit",
        about: "/srv/work/x.txt",
        edit: { path: "/srv/work/x.txt", isNew: true, diff: "" },
      },
    } as const,
    think("That was it."),
    speak("\n\nDone."),
  ];
  expect(textOf(await told(events))).toBe("I write it.\n\n> Write: x.txt\n\nDone.");
});

test("a call without a word has its line alone", async () => {
  const events = [
    { type: "reasoning-end", signature: "s", model: "m" } as const,
    bash("a", "ls"),
    speak("Done."),
  ];
  expect(textOf(await told(events))).toBe("> Bash: ls\n\nDone.");
});

test("unasked all stays as it is", async () => {
  const events = [think("Hm."), bash("a", "ls"), speak("Done.")];
  expect(await told(events, false)).toEqual(events);
});
