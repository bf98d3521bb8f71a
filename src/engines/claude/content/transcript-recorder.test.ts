import { isDeepStrictEqual } from "node:util";

import { expect, test } from "vitest";

import { TranscriptRecorder } from "./transcript-recorder.ts";

const answer = (id: string, ...content: unknown[]) => ({ id, model: "sonnet", content });
const text = (content: string) => ({ type: "text", text: content });

test("blocks with one id are one answer", () => {
  const recorder = new TranscriptRecorder();
  expect(recorder.addAssistant(answer("a", text("one")))).toBeUndefined();
  expect(recorder.addAssistant(answer("a", text("two"), text("three")))).toBeUndefined();
  expect(recorder.flush()).toEqual({
    role: "assistant",
    model: "sonnet",
    content: [text("one"), text("two"), text("three")],
  });
});

test("another id completes the answer before it", () => {
  const recorder = new TranscriptRecorder();
  recorder.addAssistant(answer("a", text("one")));
  expect(recorder.addAssistant(answer("b", text("two")))).toEqual({
    role: "assistant",
    model: "sonnet",
    content: [text("one")],
  });
  expect(recorder.flush()).toEqual({ role: "assistant", model: "sonnet", content: [text("two")] });
});

test("after a flush there is nothing, and the same id begins anew", () => {
  const recorder = new TranscriptRecorder();
  recorder.addAssistant(answer("a", text("one")));
  recorder.flush();
  expect(recorder.flush()).toBeUndefined();
  expect(recorder.addAssistant(answer("a", text("two")))).toBeUndefined();
  expect(recorder.flush()).toEqual({ role: "assistant", model: "sonnet", content: [text("two")] });
});

test("knows whether an answer has begun", () => {
  const recorder = new TranscriptRecorder();
  expect(recorder.hasPending).toBe(false);
  recorder.addAssistant(answer("a", text("one")));
  expect(recorder.hasPending).toBe(true);
  recorder.flush();
  expect(recorder.hasPending).toBe(false);
});

test("an answer without blocks is none", () => {
  const recorder = new TranscriptRecorder();
  recorder.addAssistant(answer("a"));
  expect(recorder.addAssistant(answer("b"))).toBeUndefined();
});

test("blocks may be left out and added as it is completed", () => {
  const recorder = new TranscriptRecorder();
  recorder.addAssistant(answer("a", text("one"), text("two")));
  const one = text("one");
  expect(recorder.flush((block) => !isDeepStrictEqual(block, one), [text("three")])).toEqual({
    role: "assistant",
    model: "sonnet",
    content: [text("two"), text("three")],
  });
  recorder.addAssistant(answer("b", text("one")));
  expect(recorder.flush(() => false)).toBeUndefined();
  expect(recorder.hasPending).toBe(false);
});
