import { describe, expect, test } from "vitest";

import { message } from "../../../test/conformance/store-fixtures.ts";
import type { Message } from "../../core/message.ts";
import { toTranscript } from "./to-transcript.ts";

const answer = (text: string) => ({ role: "assistant", content: [{ type: "text", text }] });

describe("a history as Claude's own", () => {
  test("keeps user and assistant in turn", () => {
    const messages = [message("user", "one"), message("assistant", "two"), message("user", "three")];
    expect(toTranscript(messages)).toEqual([
      { role: "user", content: "one" },
      answer("two"),
      { role: "user", content: "three" },
    ]);
  });

  test("has what stands between two answers in one message, system texts marked in their place", () => {
    const messages = [
      message("user", "one"),
      message("system", "Be brief."),
      message("user", "two"),
      message("assistant", "three"),
    ];
    expect(toTranscript(messages)).toEqual([
      {
        role: "user",
        content: [
          { type: "text", text: "one" },
          { type: "text", text: "<system>\nBe brief.\n</system>" },
          { type: "text", text: "two" },
        ],
      },
      answer("three"),
    ]);
  });

  test("keeps the parts of a message", () => {
    const parts: Message = {
      role: "assistant",
      content: [
        { type: "text", text: "one" },
        { type: "text", text: "" },
        { type: "text", text: "two" },
      ],
    };
    expect(toTranscript([message("user", "zero"), parts])[1]).toEqual({
      role: "assistant",
      content: [
        { type: "text", text: "one" },
        { type: "text", text: "two" },
      ],
    });
  });

  test("leaves empty answers out and joins what stood around them", () => {
    const messages = [message("user", "one"), message("assistant", ""), message("user", "two")];
    expect(toTranscript(messages)).toEqual([
      {
        role: "user",
        content: [
          { type: "text", text: "one" },
          { type: "text", text: "two" },
        ],
      },
    ]);
  });

  test("begins with a user message, whatever the client's history begins with", () => {
    expect(toTranscript([message("assistant", "Welcome!"), message("user", "hello")])).toEqual([
      { role: "user", content: "(The conversation begins.)" },
      answer("Welcome!"),
      { role: "user", content: "hello" },
    ]);
  });

  test("of nothing is nothing", () => {
    expect(toTranscript([])).toEqual([]);
  });
});
