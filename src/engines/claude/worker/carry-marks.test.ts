import { expect, test } from "vitest";

import type { TranscriptEntry } from "../../../core/words/transcript.ts";
import { unmarkedEntries } from "./cache-marks.ts";
import { carryMarks } from "./carry-marks.ts";

const MARK = { cache_control: { type: "ephemeral", ttl: "1h" } };
const say = (text: string) => ({ type: "text", text });
const user = (...content: readonly unknown[]): TranscriptEntry => ({ role: "user", content });
const answer = (...content: readonly unknown[]): TranscriptEntry => ({ role: "assistant", content });
const THOUGHT = { type: "thinking", thinking: "hm", signature: "c2ln" };
const image = (data: string) => ({ type: "image", source: { type: "base64", data } });
const result = { type: "tool_result", tool_use_id: "a", content: "dot" };
const call = { type: "tool_use", id: "a", name: "look", input: { at: 1 } };

/** Of texts that were said twice the later one is meant where the client has marked that one. */
const HELD = [
  user(say("go on")),
  answer(THOUGHT, say("I go "), say("on.")),
  { role: "user", content: "go on" } as const,
  answer(THOUGHT, call),
  user(say("<system>ours</system>"), result, image("AA"), say("and?")),
  answer(say("No JSON")),
  user(say("Once more, as JSON.")),
  answer(THOUGHT, say("{}")),
];

test.each<[string, readonly TranscriptEntry[], readonly TranscriptEntry[]]>([
  ["nothing", [user(say("go on")), answer(say("I go on."))], HELD],
  [
    "what was said first, not what was said in the same words later",
    [
      user({ ...say("go on"), ...MARK }),
      answer(say("I go on.")),
      user(say("go on")),
      answer({ ...call, input: {} }),
      user(result, image("AA"), say("and?")),
      answer(say("{}")),
    ],
    HELD.with(0, user({ ...say("go on"), ...MARK })),
  ],
  [
    "results, pictures and answers, in the pieces that are held",
    [
      user(say("go on")),
      answer({ ...say("I go on."), ...MARK }),
      user(say("go on")),
      answer({ ...call, input: {}, ...MARK }),
      user({ ...result, content: [{ ...say("dot"), ...MARK }] }, { ...image("AA"), ...MARK }, say("and?")),
      answer({ ...say("{}"), ...MARK }),
    ],
    [
      HELD[0],
      answer(THOUGHT, say("I go "), { ...say("on."), ...MARK }),
      HELD[2],
      answer(THOUGHT, { ...call, ...MARK }),
      user(
        say("<system>ours</system>"),
        { ...result, content: [{ ...say("dot"), ...MARK }] },
        { ...image("AA"), ...MARK },
        say("and?"),
      ),
      HELD[5],
      HELD[6],
      answer(THOUGHT, { ...say("{}"), ...MARK }),
    ].flatMap((entry) => entry ?? []),
  ],
  [
    "only what comes behind something that is not held",
    [
      user({ ...say("go on"), ...MARK }),
      answer(say("x")),
      user({ ...say("else"), ...MARK }),
      answer({ ...say("{}"), ...MARK }),
    ],
    HELD.with(7, answer(THOUGHT, { ...say("{}"), ...MARK })),
  ],
])("carries marks to %s", (_, sent, carried) => {
  expect(carryMarks(HELD, sent)).toEqual(carried);
  // They last for one request.
  expect(JSON.stringify(unmarkedEntries(carried))).not.toContain("cache_control");
});
