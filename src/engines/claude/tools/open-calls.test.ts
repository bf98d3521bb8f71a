import { describe, expect, test } from "vitest";

import { connectDesk } from "../../../../test/engine/connect-desk.ts";
import { imagePart, pdfPart, pngOf } from "../../../../test/engine/media-fixtures.ts";
import { nextTick } from "../../../lib/time.ts";
import type { InputPart, Message, ToolResultPart } from "../../../core/words/message.ts";
import { ClientToolDesk } from "./client-tool-desk.ts";
import { OpenCalls } from "./open-calls.ts";

const LOOK = { name: "look", inputSchema: { type: "object" } };

function result(callId: string, content: readonly InputPart[], more: Partial<ToolResultPart> = {}): Message {
  return { role: "tool", content: [{ type: "tool-result", callId, content, ...more }] };
}

const text = (said: string) => ({ type: "text", text: said }) as const;

async function openDesk() {
  const desk = new ClientToolDesk();
  const { call } = await connectDesk(desk, [LOOK]);
  return { desk, calls: new OpenCalls(desk), call };
}

describe("the calls that wait for the client", () => {
  test("are named until they are answered or something else is sent", async () => {
    const { calls } = await openDesk();
    expect(calls.ids).toEqual([]);
    calls.open(["call_1", "call_2"]);
    expect(calls.ids).toEqual(["call_1", "call_2"]);
    calls.answer([result("call_1", [text("one")]), result("call_2", [text("two")])]);
    expect(calls.ids).toEqual([]);
    calls.open(["call_3"]);
    calls.clear();
    expect(calls.ids).toEqual([]);
  });
});

describe("a sub-agent's call", () => {
  test("gets its own result, whatever order they come in", async () => {
    const { calls, call } = await openDesk();
    const answers = [call("call_1", "look"), call("call_2", "look")];
    await nextTick();
    calls.answer([result("call_2", [text("two")]), result("call_1", [text("one")])]);
    expect(await Promise.all(answers)).toMatchObject([
      { content: [{ type: "text", text: "one" }] },
      { content: [{ type: "text", text: "two" }] },
    ]);
    expect(calls.takeResults([])).toBeUndefined();
  });

  test("is told of a failure as one", async () => {
    const { calls, call } = await openDesk();
    const answer = call("call_1", "look");
    await nextTick();
    calls.answer([result("call_1", [text("no such place")], { isError: true })]);
    expect(await answer).toMatchObject({ isError: true, content: [{ text: "no such place" }] });
  });

  test("gets images as such, and the words of what MCP has no form for", async () => {
    const { calls, call } = await openDesk();
    const picture = pngOf(4, 4);
    const answer = call("call_1", "look");
    await nextTick();
    calls.answer([
      result("call_1", [
        text("here"),
        imagePart(picture),
        { type: "image", source: { type: "url", url: "https://example.com/a.png" } },
        { type: "document", source: { type: "text", text: "Notes." } },
        pdfPart("a.pdf"),
      ]),
    ]);
    expect((await answer).content).toEqual([
      { type: "text", text: "here" },
      { type: "image", data: picture, mimeType: "image/png" },
      { type: "text", text: "https://example.com/a.png" },
      { type: "text", text: "Notes." },
      { type: "text", text: "(application/pdf)" },
    ]);
  });
});

describe("the result of a call of Claude's own that came with a sub-agent's", () => {
  test("waits until Claude can take it, and is given once", async () => {
    const { calls, call } = await openDesk();
    const answer = call("call_sub", "look");
    await nextTick();
    calls.answer([result("call_own", [text("own")]), result("call_sub", [text("sub")])]);
    expect(await answer).toMatchObject({ content: [{ text: "sub" }] });
    // Claude has made other calls meanwhile, which the client has to answer first.
    expect(calls.takeResults(["call_other"])).toBeUndefined();
    expect(calls.takeResults([])).toEqual([{ type: "tool_result", tool_use_id: "call_own", content: "own" }]);
    expect(calls.takeResults([])).toBeUndefined();
  });

  test("is forgotten when something else is sent", async () => {
    const { calls } = await openDesk();
    calls.answer([result("call_own", [text("own")])]);
    calls.clear();
    expect(calls.takeResults([])).toBeUndefined();
  });
});
