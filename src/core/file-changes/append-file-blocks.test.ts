import { expect, test } from "vitest";

import { chainAll } from "../../lib/stage.ts";
import { through } from "../../lib/staged-stream.ts";
import type { FileChange } from "../words/file-change.ts";
import type { EngineEvent, StopReason } from "../words/turn-event.ts";
import type { TurnRequest } from "../words/turn-request.ts";
import { NO_USAGE } from "../words/usage.ts";
import { appendFileBlocks } from "./append-file-blocks.ts";

const ASKED: Pick<TurnRequest, "includesFiles" | "outputFormat"> = { includesFiles: true };

const say = (text: string): EngineEvent => ({ type: "text-delta", text });
const end = (reason: StopReason = "end"): EngineEvent => ({
  type: "turn-end",
  reason,
  usage: NO_USAGE,
  costUsd: 0,
});

async function* play(events: readonly EngineEvent[]): AsyncGenerator<EngineEvent> {
  yield* events;
}

type Contents = Readonly<Record<string, string | Uint8Array>>;

/** Changed files with these contents. */
function changesOf(contents: Contents): EngineEvent {
  const changes = Object.keys(contents).map((path): FileChange => ({
    type: "changed",
    path,
    contentId: path,
  }));
  return { type: "file-changes", changes, isComplete: true };
}

const loadNothing = () => Promise.reject(new Error("The disk is gone."));

async function eventsOf(events: readonly EngineEvent[], contents: Contents = {}, request = ASKED) {
  const load = async (id: string) => {
    const content = contents[id];
    return typeof content === "string" ? new TextEncoder().encode(content) : content;
  };
  return Array.fromAsync(through(play(events), chainAll(appendFileBlocks(request, load))));
}

async function textOf(contents: Contents, before: readonly EngineEvent[] = [say("Done.")]): Promise<string> {
  const events = await eventsOf([...before, changesOf(contents), end()], contents);
  return events.map((event) => (event.type === "text-delta" ? event.text : "")).join("");
}

test("each file is a fenced block with language and path behind the text", async () => {
  expect(await textOf({ "src/a.ts": "const a = 1;\n", "b.unknown": "no end" })).toBe(
    "Done.\n\n```typescript path=src/a.ts\nconst a = 1;\n```\n\n```text path=b.unknown\nno end\n```",
  );
});

test.each([
  [[], ""],
  [[say("Done.\n")], "Done.\n\n"],
  [[say("Done.\n"), say("\n")], "Done.\n\n"],
])("a blank line stands between, and no more", async (before, opening) => {
  expect(await textOf({ "a.py": "" }, before)).toBe(`${opening}\`\`\`python path=a.py\n\`\`\``);
});

test("a fence is longer than any in the file, and a path that would break it is quoted", async () => {
  expect(await textOf({ "a.md": "```js\nx\n```\n`````", "a `b`\n c.txt": "x" }, [])).toBe(
    "``````markdown path=a.md\n```js\nx\n```\n`````\n``````\n\n" +
      '```text path="a \\u0060b\\u0060\\n c.txt"\nx\n```',
  );
});

test("what is no text or too large is named", async () => {
  const contents = {
    "logo.png": new Uint8Array([137, 80, 78, 71, 0]),
    "latin.txt": new Uint8Array([0xe4, 0xf6]),
    "long.txt": "x".repeat(256 * 1024 + 1),
    "a.txt": "a",
  };
  const note = "(Changed as well, but no text or too large to show: logo.png, latin.txt, long.txt.)";
  expect(await textOf(contents)).toBe(`Done.\n\n\`\`\`text path=a.txt\na\n\`\`\`\n\n${note}`);
});

test("all files together have a bound", async () => {
  const names = Array.from({ length: 30 }, (_, index) => `${index}.txt`);
  const text = await textOf(Object.fromEntries(names.map((name) => [name, "x".repeat(200 * 1024)])));
  expect(text.length).toBeLessThan(1024 * 1024 + 2000);
  expect(text.match(/^```text/gm)).toHaveLength(5);
  expect(text).toMatch(/5\.txt, .*24\.txt and 5 more\.\)$/);
});

test("deleted files and mere renames have no block; a file whose content is not kept is named", async () => {
  const changes: readonly FileChange[] = [
    { type: "deleted", path: "old.txt", diff: "@@ -1 +0,0 @@\n-x\n" },
    { type: "renamed", path: "b.txt", previousPath: "a.txt", contentId: "b" },
    { type: "renamed", path: "d.txt", previousPath: "c.txt", contentId: "d", diff: "@@ -1 +1 @@\n-x\n+y\n" },
    { type: "created", path: "gone.txt", contentId: "gone" },
    { type: "created", path: "huge.bin" },
  ];
  const events = await eventsOf([{ type: "file-changes", changes, isComplete: true }, end()], {
    b: "b",
    d: "y\n",
  });
  expect(events.slice(1, -1)).toEqual([
    say("```text path=d.txt\ny\n```"),
    say("\n\n(Changed as well, but no text or too large to show: gone.txt, huge.bin.)"),
  ]);
});

test("a content that cannot be loaded does not cost the answer", async () => {
  const events = [say("Done."), changesOf({ "a.txt": "a" }), end()];
  const out = await Array.fromAsync(through(play(events), chainAll(appendFileBlocks(ASKED, loadNothing))));
  expect(out.at(-1)).toEqual(end());
  expect(out.at(-2)).toEqual(say("\n\n(Changed as well, but no text or too large to show: a.txt.)"));
});

const CALL: readonly EngineEvent[] = [
  { type: "tool-call-start", callId: "c", name: "look" },
  { type: "tool-call-end", callId: "c", name: "look", arguments: "{}" },
];
const CHANGES = changesOf({ "a.txt": "a" });
test.each<[string, readonly EngineEvent[], typeof ASKED]>([
  ["without being asked", [say("Done."), CHANGES, end()], {}],
  ["to JSON", [say("{}"), CHANGES, end()], { includesFiles: true, outputFormat: { type: "json-object" } }],
  ["behind calls", [say("Look:"), ...CALL, CHANGES, end("tool-calls")], ASKED],
  ["when nothing has changed", [say("Done."), end()], ASKED],
  [
    "to a turn that failed",
    [
      say("Do"),
      CHANGES,
      { type: "turn-error", error: { kind: "internal", message: "" }, usage: NO_USAGE, costUsd: 0 },
    ],
    ASKED,
  ],
])("nothing is added %s", async (_, events, request) => {
  expect(await eventsOf(events, { "a.txt": "a" }, request)).toEqual(events);
});
