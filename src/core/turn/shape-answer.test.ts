import { array, assert, asyncProperty, constantFrom, jsonValue, nat, option } from "fast-check";
import { describe, expect, test } from "vitest";

import { chainAll } from "../../lib/stage.ts";
import { through } from "../../lib/staged-stream.ts";
import { DENYING_SUPERVISOR } from "../../../test/engine/turn-input.ts";
import type { OutputFormat } from "../words/output-format.ts";
import { shapeAnswer } from "./shape-answer.ts";
import { type EngineEvent, isTerminalEvent, type StopReason } from "../words/turn-event.ts";
import { NO_USAGE } from "../words/usage.ts";

const USAGE = { ...NO_USAGE, outputTokens: 3 };
const OBJECT: OutputFormat = { type: "json-object" };
const CITY: OutputFormat = {
  type: "json-schema",
  name: "city",
  schema: { type: "object", properties: { city: { type: "string", maxLength: 9 } }, required: ["city"] },
};

interface Wish {
  readonly format?: OutputFormat;
  readonly stops?: readonly string[];
}

/** An engine that says these texts and ends for this reason; after a stop it ends at once. */
function start(texts: readonly string[], { format, stops }: Wish, reason: StopReason = "end") {
  const seen = { isStopped: false, isClosed: false, isStarted: false };
  async function* engine(): AsyncGenerator<EngineEvent> {
    seen.isStarted = true;
    try {
      for (const text of texts) {
        yield { type: "text-delta", text };
        if (seen.isStopped) break;
      }
      yield { type: "turn-end", reason, usage: USAGE, costUsd: 1 };
    } finally {
      seen.isClosed = true;
    }
  }
  const wish = {
    sampling: stops ? { stopSequences: stops } : {},
    ...(format ? { outputFormat: format } : {}),
  };
  const actions = {
    stop: () => void (seen.isStopped = true),
    toTranscript: () => [],
    checkJson: DENYING_SUPERVISOR.checkJson,
  };
  return { shaped: through(engine(), chainAll(shapeAnswer(wish, actions))), seen };
}

async function run(texts: readonly string[], wish: Wish, reason?: StopReason) {
  const events = await Array.fromAsync(start(texts, wish, reason).shaped);
  const end = events.at(-1);
  return {
    text: events.map((event) => (event.type === "text-delta" ? event.text : "")).join(""),
    end: end?.type === "turn-end" ? end.reason : end?.type === "turn-error" ? end.error : undefined,
    ends: events.filter(isTerminalEvent),
  };
}

describe("a JSON object", () => {
  test("comes without fence and words", async () => {
    expect(await run(["Here:\n``", '`json\n{"a"', ":1}\n```"], { format: OBJECT })).toMatchObject({
      text: '{"a":1}',
      end: "end",
    });
  });

  test.each([
    { name: "nothing", text: "", problem: /there is no such JSON/ },
    { name: "words", text: "I cannot do that.", problem: /there is no such JSON/ },
    { name: "half an object", text: '{"a":', problem: /not valid JSON/ },
    { name: "a mistake", text: '{"a":1,}', problem: /not valid JSON/ },
    { name: "a list", text: '[{"a":1}]', problem: /no JSON object/ },
  ])("$name is an error, with usage and cost", async ({ text, problem }) => {
    const { ends } = await run([text], { format: OBJECT });
    expect(ends).toEqual([
      {
        type: "turn-error",
        error: { kind: "output-invalid", message: expect.stringMatching(problem) },
        usage: USAGE,
        costUsd: 1,
      },
    ]);
  });
});

describe("JSON of a schema", () => {
  test("comes as it is said", async () => {
    expect(await run(['{"city":', '"Ulm"}'], { format: CITY })).toMatchObject({
      text: '{"city":"Ulm"}',
      end: "end",
    });
  });

  test("is checked; the error says the rule and not the answer", async () => {
    const { end } = await run(['{"city":"Llanfairpwll"}'], { format: CITY });
    expect(end).toEqual({
      kind: "output-invalid",
      message:
        "Claude's answer is not in the requested response format: /city must NOT have more than 9 characters. Send the request again.",
    });
  });

  test("may be a list or a plain value, when the schema says so", async () => {
    const list: OutputFormat = { type: "json-schema", name: "list", schema: { type: "array" } };
    expect(await run(["Sure:\n[1]\n"], { format: list })).toMatchObject({ text: "[1]", end: "end" });
    const color: OutputFormat = { type: "json-schema", name: "color", schema: { enum: ["red", 7] } };
    expect(await run(['"red"'], { format: color })).toMatchObject({ text: '"red"', end: "end" });
    expect(await run(["7"], { format: color })).toMatchObject({ text: "7", end: "end" });
    expect(await run(["red"], { format: color })).toMatchObject({ end: { kind: "output-invalid" } });
  });

  test("that was cut by a limit passes, and so does a turn that waits for tools", async () => {
    expect(await run(['{"city":"U'], { format: CITY }, "length")).toMatchObject({
      text: '{"city":"U',
      end: "length",
    });
    expect(await run(["Let me look."], { format: CITY }, "tool-calls")).toMatchObject({ end: "tool-calls" });
  });

  test("an answer that nobody can check is none", async () => {
    const format: OutputFormat = { type: "json-schema", name: "x", schema: { $ref: "#/$defs/none" } };
    expect(await run(["{}"], { format })).toMatchObject({
      end: {
        kind: "output-invalid",
        message: expect.stringMatching(/is not known: can't resolve reference/),
      },
    });
  });
});

describe("together with stop sequences", () => {
  test("the sequences are looked for in the JSON, not in what stands around it", async () => {
    const wish = { format: OBJECT, stops: ["\n"] };
    expect(await run(['```json\n{"a":1}\n```'], wish)).toMatchObject({ text: '{"a":1}', end: "end" });
  });

  test("a cut through the JSON is an error, a cut behind it is none", async () => {
    const cut = await run(['{"city":"Ulm","note":1}'], { format: CITY, stops: [","] });
    expect(cut).toMatchObject({ text: '{"city":"Ulm"', end: { kind: "output-invalid" } });
    const behind = await run(['{"city":"Ulm"}'], { format: CITY, stops: ["}}"] });
    expect(behind).toMatchObject({ text: '{"city":"Ulm"}', end: "end" });
  });

  test("what the model's API cut is checked too", async () => {
    expect(await run(['{"city":"U'], { format: CITY }, "stop-sequence")).toMatchObject({
      end: { kind: "output-invalid" },
    });
  });
});

test("a reader who leaves closes the engine through all of them", async () => {
  const { shaped, seen } = start(['{"a":', "1}"], { format: OBJECT, stops: ["x"] });
  for await (const _ of shaped) break;
  expect(seen.isClosed).toBe(true);
});

test("without wishes the events are the engine's own", async () => {
  expect(await run(["{not json} END"], {})).toMatchObject({ text: "{not json} END", end: "end" });
});

test("however the answer is split, there is one end, and success means JSON without stop sequences", async () => {
  const formats = option(constantFrom(OBJECT, CITY), { nil: undefined });
  const stops = array(constantFrom(",", "\n", '"c', "}\n"), { maxLength: 2 });
  const texts = jsonValue().map(
    (value) => `\`\`\`\n${JSON.stringify({ city: value }, undefined, 1)}\n\`\`\``,
  );
  await assert(
    asyncProperty(texts, array(nat(6)), formats, stops, async (text, sizes, format, sequences) => {
      const wish = { stops: sequences, ...(format ? { format } : {}) };
      const split = await run(splitText(text, sizes), wish);
      expect(split).toEqual(await run([text], wish));
      expect(split.ends).toHaveLength(1);
      expect(sequences.some((sequence) => split.text.includes(sequence))).toBe(false);
      if (format && split.ends[0]?.type === "turn-end") {
        expect(JSON.parse(split.text)).toHaveProperty("city");
      }
    }),
    { numRuns: 300 },
  );
});

function splitText(text: string, sizes: readonly number[]): string[] {
  let at = 0;
  const pieces = sizes.map((size) => text.slice(at, (at += size)));
  return [...pieces, text.slice(at)];
}
