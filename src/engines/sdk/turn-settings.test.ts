import { describe, expect, test } from "vitest";

import { type ClientTools, NO_CLIENT_TOOLS } from "../../core/client-tool.ts";
import type { Sampling } from "../../core/sampling.ts";
import { DEFAULT_TURN_SETTINGS, type TurnControls, turnSettings } from "./turn-settings.ts";

const WITHOUT_THINKING = { thinking: { type: "disabled" }, context_management: { edits: [] } };
const PLAIN = { sampling: {}, tools: NO_CLIENT_TOOLS };
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

describe("sampling", () => {
  test("Claude Code's own settings are used where it has them", () => {
    expect(turnSettings({ ...PLAIN, sampling: { effort: "low", maxOutputTokens: 321 } })).toEqual({
      effortLevel: "low",
      env: { CLAUDE_CODE_EXTRA_BODY: "", CLAUDE_CODE_MAX_OUTPUT_TOKENS: "321" },
    });
  });

  test.each<[Sampling, unknown]>([
    [{ stopSequences: ["END"] }, { stop_sequences: ["END"] }],
    [{ stopSequences: [] }, ""],
    // The API takes no sequence of white space only; core cuts the answer there.
    [{ stopSequences: ["\n\n", "END", " "] }, { stop_sequences: ["END"] }],
    [{ stopSequences: ["\n"] }, ""],
    [{ topP: 0.5 }, { top_p: 0.5 }],
    [{ topP: 1 }, ""],
    [{ temperature: 1 }, ""],
    [{ temperature: 0 }, { temperature: 0, ...WITHOUT_THINKING }],
    [{ topK: 5 }, { top_k: 5, ...WITHOUT_THINKING }],
    [{ effort: "none" }, WITHOUT_THINKING],
    [{ effort: "high" }, ""],
  ])("%j adds to each request %j", (sampling, expected) => {
    expect(bodyOf({ sampling })).toEqual(expected);
  });

  test("further fields stand beside it", () => {
    expect(bodyOf({ sampling: { topP: 0.5 } }, { messages: [] })).toEqual({ top_p: 0.5, messages: [] });
  });
});

describe("the choice of tools", () => {
  test.each<[Partial<ClientTools>, unknown]>([
    [{}, ""],
    [{ isParallel: false }, { tool_choice: { type: "auto", disable_parallel_tool_use: true } }],
    [{ choice: { type: "none" } }, { tool_choice: { type: "none" } }],
    [{ choice: { type: "none" }, isParallel: false }, { tool_choice: { type: "none" } }],
    [{ choice: { type: "required" } }, { tool_choice: { type: "any" }, ...WITHOUT_THINKING }],
    [
      { choice: { type: "required" }, isParallel: false },
      { tool_choice: { type: "any", disable_parallel_tool_use: true }, ...WITHOUT_THINKING },
    ],
    [
      { choice: { type: "tool", name: "look" } },
      { tool_choice: { type: "tool", name: "look" }, ...WITHOUT_THINKING },
    ],
    [
      { choice: { type: "tool", name: "look" }, isParallel: false },
      { tool_choice: { type: "tool", name: "look", disable_parallel_tool_use: true }, ...WITHOUT_THINKING },
    ],
  ])("%j adds to each request %j", (changes, expected) => {
    expect(bodyOf({ tools: { ...NO_CLIENT_TOOLS, list: LIST, ...changes } })).toEqual(expected);
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
