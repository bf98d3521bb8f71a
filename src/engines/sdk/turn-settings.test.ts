import { describe, expect, test } from "vitest";

import type { Sampling } from "../../core/turn-request.ts";
import { DEFAULT_TURN_SETTINGS, turnSettings } from "./turn-settings.ts";

function bodyOf(sampling: Sampling, fields?: Readonly<Record<string, unknown>>): unknown {
  const body = turnSettings(sampling, fields).env?.["CLAUDE_CODE_EXTRA_BODY"];
  return body === undefined || body === "" ? body : JSON.parse(body);
}

test("every setting is always named, so that none stays from the turn before", () => {
  expect(turnSettings({})).toEqual({
    effortLevel: null,
    env: { CLAUDE_CODE_EXTRA_BODY: "", CLAUDE_CODE_MAX_OUTPUT_TOKENS: "" },
  });
  expect(DEFAULT_TURN_SETTINGS).toBe(JSON.stringify(turnSettings({})));
});

describe("sampling", () => {
  test("Claude Code's own settings are used where it has them", () => {
    expect(turnSettings({ effort: "low", maxOutputTokens: 321 })).toEqual({
      effortLevel: "low",
      env: { CLAUDE_CODE_EXTRA_BODY: "", CLAUDE_CODE_MAX_OUTPUT_TOKENS: "321" },
    });
  });

  test.each<[Sampling, unknown]>([
    [{ stopSequences: ["END"] }, { stop_sequences: ["END"] }],
    [{ stopSequences: [] }, ""],
    [{ topP: 0.5 }, { top_p: 0.5 }],
    [{ topP: 1 }, ""],
    [{ temperature: 1 }, ""],
    [
      { temperature: 0 },
      { temperature: 0, thinking: { type: "disabled" }, context_management: { edits: [] } },
    ],
  ])("%j adds to each request %j", (sampling, expected) => {
    expect(bodyOf(sampling)).toEqual(expected);
  });

  test("further fields stand beside it", () => {
    expect(bodyOf({ topP: 0.5 }, { messages: [] })).toEqual({ top_p: 0.5, messages: [] });
  });
});
