import { describe, expect, test } from "vitest";

import { message } from "../../../test/conformance/store-fixtures.ts";
import { turnInput } from "../../../test/engine/turn-input.ts";
import { NO_CLIENT_TOOLS } from "../../core/words/client-tool.ts";
import type { Message } from "../../core/words/message.ts";
import { abilitiesOf } from "../../core/models/abilities-of.ts";
import type { TurnInput } from "../../core/ports/engine-session.ts";
import { beginTurn, bringsResults, type HeldByProcess } from "./begin-turn.ts";
import { ClientToolDesk } from "./tools/client-tool-desk.ts";

const LOOK = { name: "look", inputSchema: { type: "object" } };
const TOOLS = { ...NO_CLIENT_TOOLS, list: [LOOK] };
const RESULT: Message = {
  role: "tool",
  content: [{ type: "tool-result", callId: "call_1", content: [{ type: "text", text: "22" }] }],
};
const SCHEMA = {
  type: "object",
  properties: { city: { type: "string" } },
  required: ["city"],
  additionalProperties: false,
};
const RECURSIVE = { type: "object", properties: { next: { $ref: "#" } } };

function turn(changes: Partial<TurnInput> = {}): TurnInput {
  return turnInput([message("user", "hello")], changes);
}

function begin(
  changes: Partial<TurnInput> = {},
  held: Partial<HeldByProcess> = {},
  desk = new ClientToolDesk(),
) {
  const beginning = beginTurn(turn(changes), desk, {
    history: [],
    abilities: abilitiesOf("claude-sonnet-5"),
    schemas: { has: () => false },
    hasTools: false,
    ...held,
  });
  const body = beginning.settings.env?.["CLAUDE_CODE_EXTRA_BODY"];
  const fields: unknown = body === undefined || body === "" ? {} : JSON.parse(body);
  return { ...beginning, fields };
}

const asJson = (schema: TurnInput["outputFormat"] & object) => ({ outputFormat: schema });

test("a turn of plain words asks for nothing else", () => {
  expect(begin()).toMatchObject({ content: "hello", servers: undefined, fields: {} });
});

test.each<[readonly Message[], boolean]>([
  [[message("user", "hello")], false],
  [[RESULT], true],
  [[RESULT, message("user", "and?")], true],
])("a turn brings results when they come first", (messages, expected) => {
  expect(bringsResults(turn({ messages }))).toBe(expected);
});

describe("client tools", () => {
  test("are brought when they are others than before, and taken away with none", () => {
    const desk = new ClientToolDesk();
    expect(Object.keys(begin({ tools: TOOLS }, {}, desk).servers ?? {})).toHaveLength(1);
    expect(begin({ tools: TOOLS }, {}, desk).servers).toBeUndefined();
    expect(begin({}, {}, desk).servers).toEqual({});
  });

  test("are chosen by the turn's settings", () => {
    const choice = { type: "none" } as const;
    expect(begin({ tools: { ...TOOLS, choice } }).fields).toMatchObject({ tool_choice: { type: "none" } });
  });

  test("that the model would see in an older form are given word by word", () => {
    const desk = new ClientToolDesk();
    begin({ tools: TOOLS }, {}, desk);
    const newer = { ...TOOLS, list: [{ ...LOOK, description: "Looks twice." }] };
    expect(begin({ tools: newer }, {}, desk).fields).toEqual({
      tools: [{ name: "look", description: "Looks twice.", input_schema: { type: "object" } }],
    });
    // A list of ours would take away Claude Code's own tools.
    expect(begin({ tools: newer }, { hasTools: true }, desk).fields).toEqual({});
  });
});

describe("an output format", () => {
  test("that the API can enforce is a field, and needs no words", () => {
    const { content, fields } = begin(asJson({ type: "json-schema", name: "place", schema: SCHEMA }));
    expect(content).toBe("hello");
    expect(fields).toEqual({ output_config: { format: { type: "json_schema", schema: SCHEMA } } });
  });

  test.each<[string, TurnInput["outputFormat"] & object, RegExp]>([
    ["of any object", { type: "json-object" }, /exactly one JSON object/],
    [
      "by a schema that it cannot enforce",
      { type: "json-schema", name: "list", schema: RECURSIVE },
      /"next"/,
    ],
  ])("%s is said to Claude, marked as ours", (_, format, words) => {
    const { content, fields } = begin(asJson(format));
    expect(fields).toEqual({});
    expect(content).toEqual([
      { type: "text", text: expect.stringMatching(words) },
      { type: "text", text: "hello" },
    ]);
    expect(JSON.stringify(content)).toContain("<system>");
  });

  test("is said after results of tools as well", () => {
    const { content } = begin({ messages: [RESULT], ...asJson({ type: "json-object" }) });
    expect(content).toMatchObject([
      { type: "tool_result", tool_use_id: "call_1", content: "22" },
      { type: "text", text: expect.stringContaining("JSON object") },
    ]);
  });
});

describe("verbosity", () => {
  test.each([
    ["low", /briefly/],
    ["high", /length/],
  ] as const)("%s is said to Claude", (verbosity, words) => {
    expect(begin({ sampling: { verbosity } }).content).toMatchObject([
      { text: expect.stringMatching(words) },
      { text: "hello" },
    ]);
  });

  test("medium is what Claude does anyway", () => {
    expect(begin({ sampling: { verbosity: "medium" } }).content).toBe("hello");
  });

  test("is not said again between two rounds of tools", () => {
    expect(begin({ messages: [RESULT], sampling: { verbosity: "low" } }).content).toMatchObject([
      { type: "tool_result" },
    ]);
  });
});

describe("an answer at the end, which is to go on", () => {
  const history = [
    { role: "user", content: "hello" },
    { role: "assistant", content: [{ type: "text", text: "hi, \n" }] },
  ] as const;
  const nothing = { messages: [] };

  test("is the last of the request's messages for a model that takes it so", () => {
    const abilities = abilitiesOf("claude-haiku-4-5");
    const last = { role: "assistant", content: [{ type: "text", text: "hi," }] };
    expect(begin(nothing, { history, abilities }).fields).toMatchObject({ messages: [history[0], last] });
    expect(begin(nothing, { history, abilities, hasTools: true }).fields).not.toHaveProperty("messages");
    const spoken = begin({ ...nothing, sampling: { verbosity: "low" } }, { history, abilities });
    expect(spoken.content).toMatchObject([{ text: expect.stringContaining("Continue your last") }, {}]);
  });

  test("is asked for in words where the model does not", () => {
    expect(begin(nothing, { history })).toMatchObject({
      content: expect.stringContaining("Continue your last"),
      fields: {},
    });
  });
});
