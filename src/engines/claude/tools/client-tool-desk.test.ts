import { describe, expect, test } from "vitest";

import { connectDesk } from "../../../../test/engine/connect-desk.ts";
import { nextTick } from "../../../lib/time.ts";
import { ClientToolDesk } from "./client-tool-desk.ts";

const LOOK = {
  name: "look",
  description: "Looks.",
  inputSchema: {
    type: "object",
    properties: { at: { anyOf: [{ $ref: "#/$defs/place" }, { type: "null" }] } },
    $defs: { place: { enum: ["here", "there"] } },
    additionalProperties: false,
  },
};
const SEE = { name: "see", inputSchema: { type: "object" } };

/** What Claude Code is told when the model calls this tool. */
function decide(desk: ClientToolDesk, name: string, agentId?: string): Promise<unknown> {
  const base = { session_id: "s", transcript_path: "", cwd: "/", ...(agentId && { agent_id: agentId }) };
  const call = { tool_name: name, tool_input: {}, tool_use_id: "toolu_1" };
  const input = { ...base, ...call, hook_event_name: "PreToolUse" as const };
  return desk.decide(input, new AbortController().signal);
}

const decisionOf = (permissionDecision: string) => ({
  hookSpecificOutput: { hookEventName: "PreToolUse", permissionDecision },
});

describe("the tools", () => {
  test("are shown as they were declared", async () => {
    const { listTools } = await connectDesk(new ClientToolDesk(), [LOOK, SEE]);
    expect(await listTools()).toEqual([
      { ...LOOK, annotations: { readOnlyHint: true } },
      { ...SEE, annotations: { readOnlyHint: true } },
    ]);
  });

  test("are offered anew only when they are others, each time under a new name", () => {
    const desk = new ClientToolDesk();
    expect(desk.offer([])).toBeUndefined();
    const first = Object.keys(desk.offer([LOOK]) ?? {});
    expect(desk.offer([{ ...LOOK }])).toBeUndefined();
    const second = Object.keys(desk.offer([LOOK, SEE]) ?? {});
    expect([first.length, second.length]).toEqual([1, 1]);
    expect(second).not.toEqual(first);
    expect(desk.offer([])).toEqual({});
    expect(desk.offer([])).toBeUndefined();
    expect(Object.keys(desk.offer([LOOK]) ?? {})).not.toEqual(first);
  });

  test("are known by name while they are offered", () => {
    const desk = new ClientToolDesk();
    desk.offer([LOOK]);
    expect([desk.has("look"), desk.has("see")]).toEqual([true, false]);
    desk.offer([SEE]);
    expect([desk.has("look"), desk.has("see")]).toEqual([false, true]);
  });

  test("are outdated when one of them has another form than the model saw first", () => {
    const desk = new ClientToolDesk();
    expect(desk.isOutdated([LOOK])).toBe(false);
    desk.offer([LOOK]);
    expect(desk.isOutdated([LOOK, SEE])).toBe(false);
    expect(desk.isOutdated([{ ...LOOK, description: "Looks twice." }])).toBe(true);
    desk.offer([SEE]);
    expect(desk.isOutdated([{ ...LOOK, description: "Looks twice." }])).toBe(true);
  });
});

describe("a call", () => {
  test.each([
    ["of a client tool is put off", "look", undefined, decisionOf("defer")],
    ["of a client tool in a sub-agent goes to the desk", "look", "agent_1", decisionOf("allow")],
    ["of Claude Code's own tools is not the desk's business", "Read", undefined, {}],
  ])("%s", async (_, name, agentId, decision) => {
    const desk = new ClientToolDesk();
    desk.offer([LOOK]);
    expect(await decide(desk, name, agentId)).toEqual(decision);
  });

  test("at the desk is told once, and waits for its result", async () => {
    let told = 0;
    const desk = new ClientToolDesk(() => (told += 1));
    const { call } = await connectDesk(desk, [LOOK]);
    const answer = call("call_1", "look", { at: "here" });
    await nextTick();
    expect([told, desk.hasUntoldCalls]).toEqual([1, true]);
    expect(desk.takeUntoldCalls()).toEqual([{ callId: "call_1", name: "look", input: { at: "here" } }]);
    expect([desk.hasUntoldCalls, desk.takeUntoldCalls()]).toEqual([false, []]);
    const result = { content: [{ type: "text" as const, text: "nothing" }] };
    expect(desk.answer("call_2", result)).toBe(false);
    expect(desk.answer("call_1", result)).toBe(true);
    expect(await answer).toMatchObject(result);
    expect(desk.answer("call_1", result)).toBe(false);
  });

  test("that Claude Code gives up waits no longer", async () => {
    const desk = new ClientToolDesk();
    const { call } = await connectDesk(desk, [LOOK]);
    const left = new AbortController();
    const answer = call("call_1", "look", {}, left.signal);
    await nextTick();
    left.abort();
    await expect(answer).rejects.toThrow();
    await nextTick();
    expect(desk.answer("call_1", { content: [] })).toBe(false);
  });
});
