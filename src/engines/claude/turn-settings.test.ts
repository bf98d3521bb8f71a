import { describe, expect, test } from "vitest";

import { type ClientTools, NO_CLIENT_TOOLS } from "../../core/words/client-tool.ts";
import { DEFAULT_TURN_SETTINGS, type TurnControls, turnSettings } from "./turn-settings.ts";

type Fitted = TurnControls["fitted"];

const NOTHING: Fitted = { sampling: {}, forcing: "none" };
const PLAIN = { fitted: NOTHING, tools: NO_CLIENT_TOOLS };
const LIST = [{ name: "look", inputSchema: { type: "object" } }];

function bodyOf(controls: Partial<TurnControls>, fields?: Readonly<Record<string, unknown>>): unknown {
  const body = turnSettings({ ...PLAIN, ...controls }, fields).env?.["CLAUDE_CODE_EXTRA_BODY"];
  return body === undefined || body === "" ? body : JSON.parse(body);
}

test("every setting is always named, so that none stays from the turn before", () => {
  expect(turnSettings(PLAIN)).toEqual({
    effortLevel: null,
    env: { CLAUDE_CODE_EXTRA_BODY: "", CLAUDE_CODE_MAX_OUTPUT_TOKENS: "" },
  });
  expect(DEFAULT_TURN_SETTINGS).toBe(JSON.stringify(turnSettings(PLAIN)));
});

test("Claude Code's own settings are used where it has them", () => {
  expect(turnSettings({ ...PLAIN, fitted: { ...NOTHING, effort: "low", maxOutputTokens: 321 } })).toEqual({
    effortLevel: "low",
    env: { CLAUDE_CODE_EXTRA_BODY: "", CLAUDE_CODE_MAX_OUTPUT_TOKENS: "321" },
  });
});

test.each<[Partial<Fitted>, unknown]>([
  [{ sampling: { topP: 0.5 } }, { top_p: 0.5 }],
  [{ sampling: { temperature: 0 } }, { temperature: 0 }],
  [{ sampling: { topK: 5 } }, { top_k: 5 }],
  [{ thinking: "off" }, { thinking: { type: "disabled" }, context_management: { edits: [] } }],
  [{ thinking: "between-tools" }, { thinking: { type: "between_tools" }, context_management: { edits: [] } }],
  [
    { thinking: { budgetTokens: 2048 } },
    { thinking: { type: "enabled", budget_tokens: 2048, display: "summarized" } },
  ],
])("%j adds to each request %j", (fitted, expected) => {
  expect(bodyOf({ fitted: { ...NOTHING, ...fitted } })).toEqual(expected);
});

test.each<[readonly string[], unknown]>([
  [["END"], { stop_sequences: ["END"] }],
  [[], ""],
  // The API refuses a stop sequence of white space alone; core cuts the answer there.
  [["\n\n", "END", " "], { stop_sequences: ["END"] }],
  [["\n"], ""],
])("stop sequences %j add to each request %j", (stopSequences, expected) => {
  expect(bodyOf({ stopSequences })).toEqual(expected);
});

test("further fields stand beside it", () => {
  const fitted = { ...NOTHING, sampling: { topP: 0.5 } };
  expect(bodyOf({ fitted }, { messages: [] })).toEqual({ top_p: 0.5, messages: [] });
});

describe("the choice of tools", () => {
  test.each<[Partial<ClientTools>, Fitted["forcing"], unknown]>([
    [{}, "none", ""],
    [{ isParallel: false }, "none", { tool_choice: { type: "auto", disable_parallel_tool_use: true } }],
    [{ choice: { type: "none" } }, "none", { tool_choice: { type: "none" } }],
    [{ choice: { type: "none" }, isParallel: false }, "none", { tool_choice: { type: "none" } }],
    [{ choice: { type: "required" } }, "native", { tool_choice: { type: "any" } }],
    [
      { choice: { type: "required" }, isParallel: false },
      "native",
      { tool_choice: { type: "any", disable_parallel_tool_use: true } },
    ],
    [{ choice: { type: "tool", name: "look" } }, "native", { tool_choice: { type: "tool", name: "look" } }],
    [
      { choice: { type: "tool", name: "look" }, isParallel: false },
      "native",
      { tool_choice: { type: "tool", name: "look", disable_parallel_tool_use: true } },
    ],
    [{ choice: { type: "required" } }, "words", { tool_choice: { type: "auto" } }],
    [
      { choice: { type: "tool", name: "look" }, isParallel: false },
      "words",
      { tool_choice: { type: "auto", disable_parallel_tool_use: true } },
    ],
  ])("%j, forced %s, adds to each request %j", (changes, forcing, expected) => {
    const tools = { ...NO_CLIENT_TOOLS, list: LIST, ...changes };
    expect(bodyOf({ fitted: { ...NOTHING, forcing }, tools })).toEqual(expected);
  });

  test.each<ClientTools["choice"]>([{ type: "none" }, { type: "required" }, { type: "tool", name: "look" }])(
    "%j says nothing where there is no tool, which the API would refuse",
    (choice) => {
      expect(bodyOf({ tools: { list: [], choice, isParallel: false } })).toBe("");
    },
  );

  test("a field of the turn wins over the client's choice", () => {
    const tools: ClientTools = { list: LIST, choice: { type: "auto" }, isParallel: false };
    expect(bodyOf({ tools }, { tool_choice: { type: "none" } })).toEqual({ tool_choice: { type: "none" } });
  });
});
