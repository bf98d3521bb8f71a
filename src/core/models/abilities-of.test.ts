import { describe, expect, test } from "vitest";

import { abilitiesOf } from "./abilities-of.ts";
import { MODEL_TABLE } from "./model-table.ts";

describe("the name of a model", () => {
  test.each([
    ["claude-sonnet-4-5", "claude-sonnet-4-5"],
    ["claude-sonnet-4-5-20250929", "claude-sonnet-4-5"],
    ["claude-sonnet-4-5@20250929", "claude-sonnet-4-5"],
    ["claude-sonnet-4-5@default", "claude-sonnet-4-5"],
    ["claude-sonnet-4-5-latest", "claude-sonnet-4-5"],
    ["Claude-Sonnet-4.5", "claude-sonnet-4-5"],
    ["claude-sonnet-4-5[1m]", "claude-sonnet-4-5"],
    ["claude-sonnet-4-5-20250929[1m]", "claude-sonnet-4-5"],
    ["anthropic.claude-sonnet-4-5-20250929-v1:0", "claude-sonnet-4-5"],
    ["us.anthropic.claude-sonnet-4-5-20250929-v1:0[1m]", "claude-sonnet-4-5"],
    ["global.anthropic.claude-opus-4-6-v1", "claude-opus-4-6"],
    ["eu.anthropic.claude-opus-5-5", "claude-opus-5-5"],
    [
      "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-haiku-4-5-20251001-v1:0",
      "claude-haiku-4-5",
    ],
    ["anthropic/claude-opus-4.8", "claude-opus-4-8"],
    ["sonnet", "claude-sonnet-5-5"],
    ["opus[1m]", "claude-opus-5-5"],
    ["haiku", "claude-haiku-5-5"],
    ["fable", "claude-fable-5-2"],
  ])("%s is %s", (model, id) => {
    expect(abilitiesOf(model)).toMatchObject({ id, isKnown: true });
  });
});

test("a model that is not in the table counts as the strictest one", () => {
  for (const model of [
    "claude-foo-9",
    "claude-sonnet-6",
    "claude-opus-5-7-20270101",
    "default",
    "gpt-6",
    "",
  ]) {
    const abilities = abilitiesOf(model);
    expect(abilities).toMatchObject({
      sampling: "none",
      forcedTools: "refused",
      takesPrefill: false,
      bindsThinking: true,
      takesSystemMessages: false,
    });
    expect(abilities.isKnown, model).toBeUndefined();
    expect(abilities.thinking).toEqual({ byDefault: "adaptive", adaptive: true, budget: false });
  }
});

test("a model from before 4.5 counts as old, not as new", () => {
  for (const model of ["claude-3-7-sonnet-latest", "claude-opus-4-1-20250805", "claude-sonnet-4-20250514"]) {
    expect(abilitiesOf(model)).toMatchObject({ sampling: "one", efforts: [], hasEnded: true });
  }
});

test("the mark [1m] is a longer context", () => {
  expect(abilitiesOf("claude-sonnet-4-5").contextTokens).toBe(200_000);
  expect(abilitiesOf("claude-sonnet-4-5[1m]").contextTokens).toBe(1_000_000);
});

test.each(Object.entries(MODEL_TABLE))("%s contradicts itself nowhere", (_, line) => {
  const { thinking, efforts, defaultEffort, sampling, forcedTools } = line;
  expect(thinking.adaptive || thinking.budget).toBe(true);
  expect(efforts.length > 0).toBe(defaultEffort !== undefined);
  if (defaultEffort) expect(efforts).toContain(defaultEffort);
  // Sampling needs a model whose thinking can be turned off, and so does a forced tool where thinking excludes it.
  if (sampling === "one" || forcedTools === "without-thinking") expect(thinking.disabledUpTo).toBeDefined();
});
