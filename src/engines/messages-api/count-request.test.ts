import { expect, test } from "vitest";

import { NO_CLIENT_TOOLS } from "../../core/words/client-tool.ts";
import type { InputPart, Message } from "../../core/words/message.ts";
import { toTranscript } from "../claude/content/to-transcript.ts";
import { countRequest } from "./count-request.ts";

const text = (words: string): InputPart => ({ type: "text", text: words });
const user = (...content: InputPart[]): Message => ({ role: "user", content });
const call = (callId: string): Message => ({
  role: "assistant",
  content: [
    { type: "thinking", text: "hm", signature: "c2ln", model: "claude-opus-5" },
    { type: "tool-call", callId, name: "look", arguments: '{"at":1}' },
  ],
});
const result = (...callIds: string[]): Message => ({
  role: "tool",
  content: callIds.map((callId) => ({ type: "tool-result", callId, content: [text("seen")] })),
});

const requestFor = (messages: readonly Message[]) =>
  countRequest({ systemText: "", messages, tools: NO_CLIENT_TOOLS }, "claude-opus-5", toTranscript);

test("a prompt is counted as the API takes it, without thinking and marks", () => {
  const tool = { name: "look", inputSchema: { type: "object" } };
  const prompt = {
    systemText: "Be brief.",
    messages: [user({ ...text("Look."), cache: {} }), call("call_0"), result("call_0")],
    tools: { ...NO_CLIENT_TOOLS, list: [{ ...tool, cache: {} }], choice: { type: "required" as const } },
  };
  expect(countRequest(prompt, "claude-opus-5", toTranscript)).toEqual({
    model: "claude-opus-5",
    system: "Be brief.",
    messages: [
      { role: "user", content: "Look." },
      { role: "assistant", content: [{ type: "tool_use", id: "call_0", name: "look", input: { at: 1 } }] },
      { role: "user", content: [{ type: "tool_result", tool_use_id: "call_0", content: "seen" }] },
    ],
    tools: [{ name: "look", input_schema: { type: "object" } }],
  });
});

const url = { type: "url", url: "https://example.com/a.png" } as const;
test.each<[string, Message[]]>([
  ["without a message", []],
  ["that ends in an answer", [user(text("Hi")), { role: "assistant", content: [text("Hello")] } as Message]],
  ["with an empty text", [user(text("Hi"), text("  "))]],
  ["with an image behind a URL", [user({ type: "image", source: url })]],
  ["with a document behind a URL", [user({ type: "document", source: url })]],
  ["with a result without its call", [user(text("Hi")), result("call_0")]],
  ["with a call without its result", [user(text("Hi")), call("call_0"), user(text("And?"))]],
  ["with a result that comes too late", [user(text("Hi")), call("a"), user(text("And?")), result("a")]],
])("a prompt %s is not sent, since the API would refuse it", (_, messages) => {
  expect(requestFor(messages)).toBeUndefined();
});
