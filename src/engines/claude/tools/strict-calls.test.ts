import { describe, expect, test } from "vitest";

import type { ClientTool } from "../../../core/words/client-tool.ts";
import type { EngineEvent, TurnEnd } from "../../../core/words/turn-event.ts";
import { NO_USAGE } from "../../../core/words/usage.ts";
import { DENYING_SUPERVISOR } from "../../../../test/engine/turn-input.ts";
import { StrictCalls } from "./strict-calls.ts";

const CITY: ClientTool = {
  name: "get_weather",
  isStrict: true,
  inputSchema: {
    type: "object",
    properties: { city: { type: "string" } },
    required: ["city"],
    additionalProperties: false,
  },
};
const LOOSE: ClientTool = { ...CITY, name: "look" };
const TOOLS = [CITY, { name: LOOSE.name, inputSchema: LOOSE.inputSchema }];

const END: TurnEnd = { type: "turn-end", reason: "tool-calls", usage: NO_USAGE, costUsd: 0 };

function call(callId: string, text: string, name = CITY.name): EngineEvent[] {
  return [
    { type: "tool-call-start", callId, name },
    { type: "tool-call-delta", callId, text: text.slice(0, 3) },
    { type: "tool-call-delta", callId, text: text.slice(3) },
    { type: "tool-call-end", callId, name, arguments: text },
  ];
}

const newCalls = () => new StrictCalls(TOOLS, DENYING_SUPERVISOR);

async function passAll(strict: StrictCalls, events: readonly EngineEvent[]): Promise<EngineEvent[]> {
  const passed: EngineEvent[] = [];
  for (const event of events) passed.push(...(await strict.pass(event)));
  return passed;
}

const FITTING = '{"city":"Paris"}';
const UNFIT = '{"town":"Paris"}';

describe("calls of tools that are not strict", () => {
  test("pass at once, whatever their arguments are", async () => {
    const strict = newCalls();
    const events: EngineEvent[] = [{ type: "text-delta", text: "Hm." }, ...call("call_1", UNFIT, "look")];
    expect(await passAll(strict, events)).toEqual(events);
    expect(strict.repair()).toBeUndefined();
    expect(await passAll(strict, [END])).toEqual([END]);
  });
});

describe("calls of strict tools", () => {
  test("wait for the end of the turn, and come whole and in order", async () => {
    const strict = newCalls();
    const calls = [...call("call_1", FITTING), ...call("call_2", '{"city":"Rome"}')];
    expect(await passAll(strict, calls)).toEqual([]);
    expect(strict.repair()).toBeUndefined();
    expect(await passAll(strict, [END])).toEqual([...calls, END]);
  });

  test("let text and thoughts pass by", async () => {
    const strict = newCalls();
    const others: EngineEvent[] = [
      { type: "text-delta", text: "I look." },
      { type: "reasoning-delta", text: "Hm." },
    ];
    expect(await passAll(strict, [...call("call_1", FITTING), ...others])).toEqual(others);
  });

  test("that fail with the turn are told as far as they came", async () => {
    const strict = newCalls();
    const [start, piece] = call("call_1", FITTING);
    const begun = [start, piece].flatMap((event) => event ?? []);
    const failed: EngineEvent = {
      type: "turn-error",
      error: { kind: "cancelled", message: "Left." },
      usage: NO_USAGE,
      costUsd: 0,
    };
    expect(await passAll(strict, [...begun, failed])).toEqual([...begun, failed]);
  });
});

describe("arguments that do not fit", () => {
  test("are given back to Claude, with the reason, and the client has heard of nothing", async () => {
    const strict = newCalls();
    expect(await passAll(strict, call("call_1", UNFIT))).toEqual([]);
    expect(strict.repair()).toEqual([
      {
        type: "tool_result",
        tool_use_id: "call_1",
        content: expect.stringMatching(/do not fit.*city/),
        is_error: true,
      },
    ]);
    const mended = call("call_2", FITTING);
    expect(await passAll(strict, [...mended, END])).toEqual([...mended, END]);
  });

  test("call back the good calls of the same answer too, so that all come together", async () => {
    const strict = newCalls();
    await passAll(strict, [...call("call_1", FITTING), ...call("call_2", UNFIT)]);
    const results = strict.repair();
    expect(results?.map((result) => result.tool_use_id)).toEqual(["call_1", "call_2"]);
    expect(results?.[0]?.content).toMatch(/another call/);
  });

  test.each(['{"city":', "", '"Paris"', "[]", '{"city":1}', '{"city":"Paris","more":1}'])(
    "may be %j",
    async (text) => {
      const strict = newCalls();
      await passAll(strict, call("call_1", text));
      expect(strict.repair()).toHaveLength(1);
    },
  );

  test("get one second chance only; then the call comes as Claude made it, with a notice", async () => {
    const strict = newCalls();
    await passAll(strict, call("call_1", UNFIT));
    strict.repair();
    const again = call("call_2", UNFIT);
    await passAll(strict, again);
    expect(strict.repair()).toBeUndefined();
    expect(await passAll(strict, [END])).toEqual([
      { type: "notice", code: "arguments-invalid", message: expect.stringContaining("call_2") },
      ...again,
      END,
    ]);
  });

  test("are not mended once the client has read another call, which cannot be taken back", async () => {
    const strict = newCalls();
    await passAll(strict, [...call("call_1", "{}", "look"), ...call("call_2", UNFIT)]);
    expect(strict.repair()).toBeUndefined();
    expect((await passAll(strict, [END])).map((event) => event.type)).toEqual([
      "notice",
      "tool-call-start",
      "tool-call-delta",
      "tool-call-delta",
      "tool-call-end",
      "turn-end",
    ]);
  });
});
