import { array, assert, asyncProperty, constantFrom, string } from "fast-check";
import { describe, expect, test } from "vitest";

import { through } from "../../lib/staged-stream.ts";
import { messageText, toolCallsOf } from "../words/message.ts";
import { type EngineEvent, isTerminalEvent } from "../words/turn-event.ts";
import { NO_USAGE } from "../words/usage.ts";
import { cutAtStopSequences } from "./cut-at-stop-sequences.ts";

const USAGE = { ...NO_USAGE, inputTokens: 7, outputTokens: 3 };
const END: EngineEvent = { type: "turn-end", reason: "end", usage: USAGE, costUsd: 0.5 };
const CANCELLED: EngineEvent = {
  type: "turn-error",
  error: { kind: "cancelled", message: "The request was cancelled." },
  usage: USAGE,
  costUsd: 0.25,
};
const TOOL_START: EngineEvent = { type: "tool-call-start", callId: "call", name: "look" };
const TOOL_DELTA: EngineEvent = { type: "tool-call-delta", callId: "call", text: '{"END":1}' };
const TOOL_END: EngineEvent = { type: "tool-call-end", callId: "call", name: "look", arguments: '{"END":1}' };

function say(text: string): EngineEvent {
  return { type: "text-delta", text };
}

function append(role: "user" | "assistant", content: string): EngineEvent {
  return { type: "transcript-append", entry: { role, content } };
}

/** An engine that yields these events; after a stop only one more transcript entry and `CANCELLED`. */
function start(events: readonly EngineEvent[], stops: readonly string[]) {
  const seen = { stops: 0, isClosed: false };
  async function* engine(): AsyncGenerator<EngineEvent> {
    try {
      for (const event of events) {
        yield event;
        if (seen.stops > 0 && !isTerminalEvent(event)) {
          yield append("assistant", "what Claude really said");
          yield CANCELLED;
          return;
        }
      }
    } finally {
      seen.isClosed = true;
    }
  }
  const stage = cutAtStopSequences(stops, {
    stop: () => void (seen.stops += 1),
    toTranscript: (answer) => [
      {
        role: "assistant",
        content:
          messageText(answer) +
          toolCallsOf(answer)
            .map(({ name }) => `<${name}>`)
            .join(""),
      },
    ],
  });
  return { cut: through(engine(), stage), seen };
}

async function run(events: readonly EngineEvent[], stops: readonly string[]) {
  const { cut, seen } = start(events, stops);
  const all = await Array.fromAsync(cut);
  return { all, stops: seen.stops };
}

describe("cutAtStopSequences", () => {
  test("ends the answer before the sequence; the engine's own end gives usage and cost", async () => {
    const { all, stops } = await run([say("one E"), say("ND two"), say("three"), END], ["END"]);
    expect(all).toEqual([
      say("one "),
      append("assistant", "one "),
      { type: "turn-end", reason: "stop-sequence", stopSequence: "END", usage: USAGE, costUsd: 0.25 },
    ]);
    expect(stops).toBe(1);
  });

  test("without a hit everything passes, and what was held back comes before the end", async () => {
    const { all, stops } = await run([say("one E"), append("assistant", "one E"), END], ["END"]);
    expect(all).toEqual([say("one "), append("assistant", "one E"), say("E"), END]);
    expect(stops).toBe(0);
  });

  test("a sequence that the model's API honoured is passed on as it is", async () => {
    const end: EngineEvent = { ...END, reason: "stop-sequence", stopSequence: "END" };
    expect((await run([say("one "), end], ["END"])).all).toEqual([say("one "), end]);
  });

  test("an error passes, after what was held back", async () => {
    expect((await run([say("one E"), CANCELLED], ["END"])).all).toEqual([say("one "), say("E"), CANCELLED]);
  });

  test("looks at text only: not at thinking, not at arguments", async () => {
    const events: EngineEvent[] = [
      { type: "reasoning-delta", text: "END" },
      say("fine E"),
      TOOL_START,
      TOOL_DELTA,
      TOOL_END,
      { ...END, reason: "tool-calls" },
    ];
    const { all } = await run(events, ["END"]);
    expect(all).toEqual([events[0], say("fine "), say("E"), ...events.slice(2)]);
  });

  test("a call after the hit never appears", async () => {
    const { all } = await run([say("END"), TOOL_START, TOOL_DELTA, TOOL_END, END], ["END"]);
    expect(all).toEqual([expect.objectContaining({ type: "turn-end", reason: "stop-sequence" })]);
  });

  test("a call before the hit stays in the transcript", async () => {
    const { all } = await run([say("a"), TOOL_START, TOOL_END, say("b END"), END], ["END"]);
    expect(all.at(-2)).toEqual(append("assistant", "ab <look>"));
  });

  test("finds a sequence over a tool call of Claude's own; the transcript gets only what is new", async () => {
    const { all } = await run(
      [
        say("Looking\n"),
        append("assistant", "Looking\n + Bash"),
        append("user", "its result"),
        say("x Found\n"),
        say("\nmore"),
        END,
      ],
      ["\n\n", "\nx\n"],
    );
    expect(all).toEqual([
      say("Looking"),
      append("assistant", "Looking\n + Bash"),
      append("user", "its result"),
      say("\nx Found"),
      append("assistant", "x Found"),
      expect.objectContaining({ type: "turn-end", stopSequence: "\n\n" }),
    ]);
  });

  test("a reader who leaves closes the engine", async () => {
    const { cut, seen } = start([say("a"), say("b"), END], ["x"]);
    await cut.next();
    await cut.return();
    expect(seen.isClosed).toBe(true);
  });

  test("however the text is split: no sequence in it, one end, the same answer", async () => {
    const letters = string({ unit: constantFrom("a", "b", "\n", "😀"), maxLength: 8 });
    const sequence = string({ unit: constantFrom("a", "b", "\n", "😀"), minLength: 1, maxLength: 3 });
    await assert(
      asyncProperty(
        array(letters),
        array(sequence, { minLength: 1, maxLength: 4 }),
        async (pieces, stops) => {
          const split = await run([...pieces.map(say), END], stops);
          const whole = await run([say(pieces.join("")), END], stops);
          const text = textOf(split.all);
          expect(text).toBe(textOf(whole.all));
          expect(stops.filter((stop) => text.includes(stop))).toEqual([]);
          expect(split.all.filter(isTerminalEvent)).toHaveLength(1);
          expect(split.all.at(-1)).toMatchObject({ type: "turn-end" });
          expect(split.stops).toBe(whole.stops);
        },
      ),
      { numRuns: 300 },
    );
  });
});

function textOf(events: readonly EngineEvent[]): string {
  return events.map((event) => (event.type === "text-delta" ? event.text : "")).join("");
}
