import { describe, expect, test } from "vitest";

import { parseClientEvent, readFrame, readStreamId } from "./client-event.ts";

const CREATE = { type: "response.create", model: "sonnet", input: "hi" };

describe("response.create", () => {
  test("has the body of a streamed request", () => {
    expect(parseClientEvent({ ...CREATE, stream_id: "a", store: false })).toEqual({
      type: "create",
      body: { model: "sonnet", input: "hi", store: false, stream: true },
      isWarmUp: false,
    });
  });

  test.each([
    [{ stream: false }, { stream: true }],
    [{ background: false }, { background: false }],
    [{ background: null }, { background: null }],
  ])("%j becomes %j", (given, expected) => {
    expect(parseClientEvent({ ...CREATE, ...given })).toMatchObject({ body: expected });
  });

  test.each([
    [{ generate: false }, true],
    [{ generate: true }, false],
    [{ generate: null }, false],
    [{ prompt_cache_options: { prewarm: true } }, true],
    [{ prompt_cache_options: { prewarm: true }, generate: true }, true],
    [{ prompt_cache_options: { mode: "explicit" } }, false],
  ])("with %j is a warm-up: %s", (given, isWarmUp) => {
    const event = parseClientEvent({ ...CREATE, ...given });
    expect(event).toMatchObject({ isWarmUp });
    expect(event).not.toHaveProperty("body.generate");
  });

  test("may have its fields under `response`", () => {
    const { type, ...response } = CREATE;
    expect(parseClientEvent({ type, response: { ...response, generate: false } })).toEqual({
      type: "create",
      body: { model: "sonnet", input: "hi", stream: true },
      isWarmUp: true,
    });
  });

  test.each([
    [{ background: true }, "background"],
    [{ generate: "no" }, "generate"],
  ])("%j is refused", (given, param) => {
    expect(() => parseClientEvent({ ...CREATE, ...given })).toThrow(
      expect.objectContaining({ info: expect.objectContaining({ param }) }),
    );
  });
});

test.each([
  [{ type: "response.cancel" }, { type: "cancel" }],
  [
    { type: "response.cancel", response_id: "resp_1" },
    { type: "cancel", responseId: "resp_1" },
  ],
  [
    { type: "response.steer", previous_response_id: "resp_1", input: "hi" },
    { type: "steer", previousResponseId: "resp_1", input: "hi" },
  ],
  [{ type: "response.processed", response_id: "resp_1" }, { type: "note" }],
])("%j is understood", (frame, event) => {
  expect(parseClientEvent(frame)).toEqual(event);
});

test.each([[{}], [{ type: 7 }], [{ type: "response.created" }]])("%j is no event of a client", (frame) => {
  expect(() => parseClientEvent(frame)).toThrow(expect.objectContaining({ code: "invalid_value" }));
});

test.each(["", "null", "7", "[]", '"text"', "{"])("the message %j is refused", async (text) => {
  await expect(readFrame(Buffer.from(text))).rejects.toThrow("A message on this connection must be");
});

describe("lanes", () => {
  test.each([["a"], ["A-1_b.c"], ["x".repeat(256)]])("%s is a name", (name) => {
    expect(readStreamId({ stream_id: name })).toBe(name);
  });

  test.each([[undefined], [null]])("%s is the lane without a name", (name) => {
    expect(readStreamId({ stream_id: name })).toBeUndefined();
  });

  test.each([[""], ["a b"], ["x".repeat(257)], ["a\n"], [7], [{}]])("%j is no name", (name) => {
    expect(() => readStreamId({ stream_id: name })).toThrow(
      expect.objectContaining({ code: "invalid_stream_id" }),
    );
  });
});
