import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import type { TranscriptEntry } from "../../../core/words/transcript.ts";
import { formatTranscript, writeTranscriptFile } from "./transcript-file.ts";

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5);
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const ENTRIES: readonly TranscriptEntry[] = [
  { role: "user", content: "line one\nline two \u2028 \ud83d\ude00" },
  { role: "assistant", content: [{ type: "text", text: "hi" }] },
  { role: "user", content: "again" },
  { role: "assistant", content: [{ type: "text", text: "hi again" }] },
];

const parse = (text: string): Record<string, unknown>[] =>
  text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));

test("one line per message, each pointing to the one before", () => {
  const lines = parse(formatTranscript(ENTRIES, NOW));
  expect(lines).toEqual(
    ENTRIES.map((message) => ({
      type: message.role,
      uuid: expect.stringMatching(UUID),
      parentUuid: expect.toSatisfy(() => true),
      timestamp: "2026-01-02T03:04:05.000Z",
      message,
    })),
  );
  const uuids = lines.map((line) => line["uuid"]);
  expect(lines.map((line) => line["parentUuid"])).toEqual([null, ...uuids.slice(0, -1)]);
});

test("behind a message without an answer stands that its answer has failed", () => {
  const lines = parse(formatTranscript(ENTRIES.slice(0, 3), NOW));
  expect(lines).toHaveLength(4);
  expect(lines.at(-1)).toMatchObject({
    type: "assistant",
    isApiErrorMessage: true,
    parentUuid: lines.at(-2)?.["uuid"],
  });
});

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "turnpike-transcripts-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return join(folder, "made", "on demand");
}

test("the file has a session's name and the messages, and goes when it is removed", async () => {
  const folder = await makeFolder();
  const file = await writeTranscriptFile(folder, ENTRIES, NOW);
  expect(basename(file.path, ".jsonl")).toMatch(UUID);
  expect(parse(await readFile(file.path, "utf8")).map((line) => line["message"])).toEqual(ENTRIES);
  await file[Symbol.asyncDispose]();
  await file[Symbol.asyncDispose]();
  expect(await readdir(folder)).toEqual([]);
});

test.skipIf(process.platform === "win32")("only its owner can read it", async () => {
  const folder = await makeFolder();
  const { path } = await writeTranscriptFile(folder, ENTRIES, NOW);
  expect([(await stat(folder)).mode & 0o777, (await stat(path)).mode & 0o777]).toEqual([0o700, 0o600]);
});
