import { describe, expect, test } from "vitest";

import { message } from "../../../../test/conformance/store-fixtures.ts";
import type { AnswerPart, Message, ToolResultPart } from "../../../core/words/message.ts";
import { toTranscript } from "./to-transcript.ts";

const answer = (text: string) => ({ role: "assistant", content: [{ type: "text", text }] });

const call = (callId: string): AnswerPart => ({
  type: "tool-call",
  callId,
  name: "look",
  arguments: `{"at":"${callId}"}`,
});
const result = (callId: string, said: string): ToolResultPart => ({
  type: "tool-result",
  callId,
  content: [{ type: "text", text: said }],
});

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

  test("has calls and their results natively, all results in one message", () => {
    const messages: Message[] = [
      message("user", "one"),
      { role: "assistant", content: [{ type: "text", text: "I look." }, call("call_1"), call("call_2")] },
      { role: "tool", content: [result("call_2", "two")] },
      { role: "tool", content: [result("call_1", "one")] },
      message("user", "and?"),
      message("assistant", "Both."),
    ];
    expect(toTranscript(messages)).toEqual([
      { role: "user", content: "one" },
      {
        role: "assistant",
        content: [
          { type: "text", text: "I look." },
          { type: "tool_use", id: "call_1", name: "look", input: { at: "call_1" } },
          { type: "tool_use", id: "call_2", name: "look", input: { at: "call_2" } },
        ],
      },
      {
        role: "user",
        content: [
          { type: "tool_result", tool_use_id: "call_2", content: "two" },
          { type: "tool_result", tool_use_id: "call_1", content: "one" },
          { type: "text", text: "and?" },
        ],
      },
      answer("Both."),
    ]);
  });

  test("has results before whatever a client says among them, as the API wants it", () => {
    const messages: Message[] = [
      message("user", "one"),
      { role: "assistant", content: [call("call_1"), call("call_2")] },
      { role: "tool", content: [result("call_1", "one")] },
      message("system", "Hurry."),
      { role: "tool", content: [result("call_2", "two")] },
    ];
    expect(toTranscript(messages).at(-1)).toMatchObject({
      content: [{ type: "tool_result" }, { type: "tool_result" }, { type: "text" }],
    });
  });

  test("leaves out an answer that was nothing but thoughts", () => {
    const thought = { type: "thinking", text: "Hm.", signature: "c2ln" } as const;
    for (const thoughts of [thought, { ...thought, model: "claude-sonnet-5" }]) {
      expect(toTranscript([message("user", "one"), { role: "assistant", content: [thoughts] }])).toEqual([
        { role: "user", content: "one" },
      ]);
    }
  });

  test("names the model whose thinking it has, since it means nothing to another", () => {
    const model = "claude-sonnet-5";
    const content: AnswerPart[] = [
      { type: "thinking", text: "Hm.", signature: "c2ln", model },
      { type: "text", text: "Yes." },
    ];
    expect(toTranscript([message("user", "one"), { role: "assistant", content }])[1]).toEqual({
      role: "assistant",
      model,
      content: [
        { type: "thinking", thinking: "Hm.", signature: "c2ln" },
        { type: "text", text: "Yes." },
      ],
    });
  });

  test("of nothing is nothing", () => {
    expect(toTranscript([])).toEqual([]);
  });
});
