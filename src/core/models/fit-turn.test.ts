import {
  assert,
  boolean,
  constant,
  constantFrom,
  double,
  integer,
  oneof,
  option,
  property,
  record,
  type Arbitrary,
} from "fast-check";
import { describe, expect, test } from "vitest";

import { type ClientTools, NO_CLIENT_TOOLS } from "../words/client-tool.ts";
import type { Sampling } from "../words/sampling.ts";
import { abilitiesOf } from "./abilities-of.ts";
import { fitTurn, type FittedTurn, type Misfit } from "./fit-turn.ts";
import { EFFORT_LEVELS, type ModelAbilities } from "./model-abilities.ts";
import { MODEL_TABLE } from "./model-table.ts";

const LOOK = { name: "look", inputSchema: { type: "object" } };
const FORCED: ClientTools = { ...NO_CLIENT_TOOLS, list: [LOOK], choice: { type: "required" } };

function fit(model: string, sampling: Sampling, more: { tools?: ClientTools; defaultEffort?: "high" } = {}) {
  return fitTurn({ sampling, tools: NO_CLIENT_TOOLS, ...more }, abilitiesOf(model));
}

describe("sampling", () => {
  const MIXED = { temperature: 0.2, topP: 0.9, topK: 5 };

  test.each(["claude-sonnet-5-5", "claude-haiku-5-5", "claude-opus-4-7", "claude-foo-9"])(
    "%s takes nothing but the defaults, and thinks as it would",
    (model) => {
      expect(fit(model, MIXED)).toEqual({
        sampling: {},
        forcing: "none",
        misfits: ["temperature", "topP", "topK"],
      });
      expect(fit(model, { temperature: 1, topP: 1 })).toMatchObject({ sampling: {}, misfits: [] });
    },
  );

  test.each(["claude-sonnet-4-6", "claude-opus-4-6", "claude-haiku-4-5", "claude-sonnet-4-5"])(
    "%s takes one of temperature and top_p, without thinking",
    (model) => {
      expect(fit(model, MIXED)).toMatchObject({
        sampling: { temperature: 0.2, topK: 5 },
        thinking: "off",
        misfits: ["topP"],
      });
      expect(fit(model, { temperature: 1, topP: 0.5 })).toMatchObject({
        sampling: { topP: 0.5 },
        thinking: "off",
        misfits: [],
      });
      expect(fit(model, { topP: 0.97 })).toMatchObject({ sampling: { topP: 0.97 }, misfits: [] });
      expect(fit(model, { topP: 0.97 }).thinking).toBeUndefined();
    },
  );

  test("that excludes thinking gives way to a client that asks to think", () => {
    const asked = { ...MIXED, effort: "high", asksToThink: true } as const;
    expect(fit("claude-sonnet-4-6", asked)).toEqual({
      sampling: {},
      effort: "high",
      forcing: "none",
      misfits: ["temperature", "topP", "topK"],
    });
    expect(fit("claude-sonnet-4-6", { temperature: 0 }, { defaultEffort: "high" })).toMatchObject({
      sampling: { temperature: 0 },
      effort: "high",
      thinking: "off",
    });
  });
});

describe("the least thinking", () => {
  test.each<[string, FittedTurn["thinking"], string | undefined, Misfit[]]>([
    ["claude-opus-5-5", undefined, "low", ["effort"]],
    ["claude-fable-5-2", undefined, "low", ["effort"]],
    ["claude-foo-9", undefined, "low", ["effort"]],
    ["claude-sonnet-5-5", "between-tools", "high", ["effort"]],
    ["claude-haiku-5-5", "off", "medium", []],
    ["claude-opus-5", "off", "high", []],
    ["claude-sonnet-5", "off", undefined, []],
    ["claude-opus-4-8", "off", undefined, []],
    ["claude-sonnet-4-6", "off", undefined, []],
    ["claude-haiku-4-5", "off", undefined, []],
  ])("of %s is %s with effort %s", (model, thinking, effort, misfits) => {
    expect(fit(model, { effort: "none" })).toEqual({
      sampling: {},
      forcing: "none",
      misfits,
      ...(thinking && { thinking }),
      ...(effort && { effort }),
    });
    for (const maxOutputTokens of [1, 16, 100, 1024]) {
      expect(fit(model, { maxOutputTokens })).toEqual({
        sampling: {},
        forcing: "none",
        misfits: [],
        maxOutputTokens,
        ...(thinking && { thinking }),
        ...(effort && { effort }),
      });
    }
  });

  test.each(["claude-opus-5-5", "claude-haiku-5-5", "claude-sonnet-4-6"])(
    "is what minimal means, with low effort, on %s",
    (model) => {
      expect(fit(model, { effort: "minimal" })).toMatchObject({ effort: "low", misfits: [] });
    },
  );

  test("is all that a few tokens have room for, whatever was asked", () => {
    const asked = { effort: "max", asksToThink: true, maxOutputTokens: 50 } as const;
    expect(fit("claude-opus-5", asked)).toMatchObject({
      thinking: "off",
      effort: "high",
      misfits: ["effort"],
    });
    expect(fit("claude-opus-5-5", asked)).toMatchObject({ effort: "low", misfits: ["effort"] });
  });
});

describe("effort", () => {
  test.each<[string, NonNullable<Sampling["effort"]>, string | undefined, Misfit[]]>([
    ["claude-sonnet-5-5", "max", "max", []],
    ["claude-opus-4-6", "xhigh", "high", ["effort"]],
    ["claude-opus-4-6", "max", "max", []],
    ["claude-opus-4-5", "max", "high", ["effort"]],
    ["claude-haiku-4-5", "low", undefined, ["effort"]],
  ])("of %s: %s becomes %s", (model, effort, expected, misfits) => {
    const fitted = fit(model, { effort, asksToThink: true });
    expect([fitted.effort, fitted.misfits]).toEqual([expected, misfits]);
  });

  test("is a budget where the model knows none, up to the one that Claude Code gives", () => {
    const budgets = (["low", "medium", "high", "max"] as const).map(
      (effort) => fit("claude-haiku-4-5", { effort, asksToThink: true }).thinking,
    );
    expect(budgets).toEqual([
      { budgetTokens: 2048 },
      { budgetTokens: 8192 },
      { budgetTokens: 16_384 },
      undefined,
    ]);
  });

  test("of the profile counts where the client names none, and is no misfit", () => {
    expect(fit("claude-opus-4-6", {}, { defaultEffort: "high" })).toMatchObject({
      effort: "high",
      misfits: [],
    });
    const low = fit("claude-opus-4-6", { effort: "low" }, { defaultEffort: "high" });
    expect(low).toMatchObject({ effort: "low", misfits: [] });
  });
});

describe("a budget for thinking", () => {
  test("is kept where the model takes one, and an effort elsewhere", () => {
    const asked = { thinkingTokens: 5000, asksToThink: true, maxOutputTokens: 9000 } as const;
    expect(fit("claude-haiku-4-5", asked)).toMatchObject({ thinking: { budgetTokens: 5000 }, misfits: [] });
    expect(fit("claude-sonnet-4-6", asked)).toMatchObject({ thinking: { budgetTokens: 5000 }, misfits: [] });
    const elsewhere = fit("claude-sonnet-5-5", asked);
    expect(elsewhere).toMatchObject({ effort: "medium", misfits: ["thinkingTokens"] });
    expect(elsewhere.thinking).toBeUndefined();
  });

  test("goes with no forced tool, where adaptive thinking does", () => {
    const asked = { thinkingTokens: 5000, asksToThink: true } as const;
    expect(fit("claude-sonnet-4-6", asked, { tools: FORCED }).thinking).toBeUndefined();
    expect(fit("claude-haiku-4-5", asked, { tools: FORCED }).thinking).toBe("off");
  });
});

test("more output than the model can give becomes the most that it can", () => {
  expect(fit("claude-haiku-4-5", { maxOutputTokens: 100_000 })).toMatchObject({
    maxOutputTokens: 64_000,
    misfits: ["maxOutputTokens"],
  });
  expect(fit("claude-sonnet-5-5", { maxOutputTokens: 100_000 }).misfits).toEqual([]);
});

test.each<[string, FittedTurn["forcing"], FittedTurn["thinking"]]>([
  ["claude-sonnet-5-5", "words", undefined],
  ["claude-opus-5-5", "words", undefined],
  ["claude-foo-9", "words", undefined],
  ["claude-haiku-5-5", "native", undefined],
  ["claude-opus-4-8", "native", undefined],
  ["claude-sonnet-4-6", "native", undefined],
  ["claude-haiku-4-5", "native", "off"],
])("%s is made to call a tool: %s", (model, forcing, thinking) => {
  const fitted = fit(model, {}, { tools: FORCED });
  expect([fitted.forcing, fitted.thinking]).toEqual([forcing, thinking]);
  expect(fitted.misfits).toEqual(forcing === "words" ? ["toolChoice"] : []);
});

test("whatever is asked, no model is given what it refuses", () => {
  const samplings: Arbitrary<Sampling> = record(
    {
      temperature: double({ min: 0, max: 1, noNaN: true }),
      topP: double({ min: 0, max: 1, noNaN: true }),
      topK: integer({ min: 1, max: 100 }),
      maxOutputTokens: oneof(integer({ min: 1, max: 4000 }), integer({ min: 1, max: 200_000 })),
      effort: constantFrom("none", "minimal", ...EFFORT_LEVELS),
      asksToThink: constant(true as const),
      thinkingTokens: integer({ min: 1, max: 200_000 }),
    },
    { requiredKeys: [] },
  );
  const efforts = option(constantFrom("none", "minimal", ...EFFORT_LEVELS), { nil: undefined });
  const names = constantFrom(...Object.keys(MODEL_TABLE), "claude-foo-9", "claude-3-7-sonnet");
  assert(
    property(samplings, efforts, boolean(), names, (sampling, defaultEffort, isForced, name) => {
      const tools = isForced ? FORCED : NO_CLIENT_TOOLS;
      const abilities = abilitiesOf(name);
      const turn = { sampling, tools, ...(defaultEffort && { defaultEffort }) };
      expect(findRefusal(fitTurn(turn, abilities), abilities)).toBeUndefined();
    }),
    { numRuns: 2000 },
  );
});

/** What the API would say to the request that Claude Code makes of it. */
function findRefusal(fitted: FittedTurn, abilities: ModelAbilities): string | undefined {
  const { sampling, effort, forcing, maxOutputTokens = 32_000 } = fitted;
  const { thinking: taken } = abilities;
  const own = taken.adaptive ? "adaptive" : { budgetTokens: Math.max(1024, maxOutputTokens - 1) };
  const thinking = fitted.thinking ?? own;
  const thinks = thinking !== "off";
  if (Object.keys(sampling).length > 0 && abilities.sampling === "none") return "sampling";
  if (sampling.temperature !== undefined && sampling.topP !== undefined) return "temperature and top_p";
  if (thinks && (sampling.temperature ?? 1) !== 1) return "temperature beside thinking";
  if (thinks && sampling.topK !== undefined) return "top_k beside thinking";
  if (thinks && (sampling.topP ?? 1) < 0.95) return "top_p beside thinking";
  if (effort && !abilities.efforts.includes(effort)) return "effort";
  const rank = EFFORT_LEVELS.indexOf(effort ?? "max");
  if (abilities.efforts.length > 0) {
    if (thinking === "off" && rank > EFFORT_LEVELS.indexOf(taken.disabledUpTo ?? "low")) return "disabled";
    if (thinking === "between-tools" && rank > EFFORT_LEVELS.indexOf(taken.betweenToolsUpTo ?? "low"))
      return "between_tools";
  }
  if (thinking === "off" && !taken.disabledUpTo) return "disabled";
  if (thinking === "between-tools" && !taken.betweenToolsUpTo) return "between_tools";
  if (typeof thinking === "object") {
    if (!taken.budget) return "budget";
    if (thinking.budgetTokens < 1024 || thinking.budgetTokens >= maxOutputTokens) return "budget_tokens";
    if (forcing === "native") return "budget beside a forced tool";
  }
  if (forcing === "native" && abilities.forcedTools === "refused") return "forced tool";
  if (forcing === "native" && abilities.forcedTools === "without-thinking" && thinks) return "forced tool";
  return maxOutputTokens > abilities.maxOutputTokens ? "max_tokens" : undefined;
}
