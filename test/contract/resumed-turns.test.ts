import { describe, expect, test } from "vitest";

import { NO_CLIENT_TOOLS } from "../../src/core/words/client-tool.ts";
import type { TranscriptEntry } from "../../src/core/words/transcript.ts";
import { text } from "../../src/demo/build-reply.ts";
import { conversationOf, systemPromptOf } from "../upstream/read-request.ts";
import { turnInput } from "../engine/turn-input.ts";
import { runTurn, shareClaude, textOf } from "./share-claude.ts";

const claude = shareClaude();
const CALL = { type: "tool_use", id: "toolu_look", name: "tool_0", input: { at: "this" } };
const HISTORY: readonly TranscriptEntry[] = [
  { role: "user", content: "Look at this." },
  { role: "assistant", model: "claude-sonnet-5", content: [CALL] },
];

/** So many that Claude Code takes a while to learn them. */
const TOOLS = Array.from({ length: 40 }, (_, index) => ({
  name: `tool_${index}`,
  description: `Looks in the way that has the number ${index}.`,
  inputSchema: { type: "object", properties: { at: { type: "string" } } },
}));

/** The turn that brings the call's result. */
const RESULT = turnInput(
  [
    {
      role: "tool",
      content: [{ type: "tool-result", callId: CALL.id, content: [{ type: "text", text: "It is a note." }] }],
    },
  ],
  { tools: { ...NO_CLIENT_TOOLS, list: TOOLS } },
);

/** They stand in the history that the process reads; an empty message makes it go on from there. */
describe("a session that begins with the results of client tools", () => {
  test.each([1, 2])("reaches the model with its system text and all of its tools, time %i", async () => {
    const { start, model, chat } = claude();
    model.respondWith(text("A note, then."));
    const session = await start(chat({ systemText: "Be brief." }), { history: HISTORY, firstTurn: RESULT });
    expect(textOf(await runTurn(session, RESULT))).toBe("A note, then.");
    await session.close();

    const [request, ...others] = model.requests;
    if (!request) throw new Error("The turn ended without a request.");
    expect(others).toEqual([]);
    expect(systemPromptOf(request)).toBe("Be brief.");
    expect(byName(request.body.tools ?? [])).toMatchObject(
      byName(TOOLS).map(({ name, description, inputSchema }) => ({
        name,
        description,
        input_schema: inputSchema,
      })),
    );
    expect(conversationOf(request)).toMatchObject([
      { role: "user", content: "Look at this." },
      { role: "assistant", content: [CALL] },
      { role: "user", content: [{ type: "tool_result", tool_use_id: CALL.id }] },
    ]);
  });
});

function byName<Tool extends { readonly name: string }>(tools: readonly Tool[]): Tool[] {
  return tools.toSorted((left, right) => (left.name < right.name ? -1 : 1));
}
