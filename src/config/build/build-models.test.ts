import { describe, expect, test } from "vitest";

import { buildModels } from "./build-models.ts";
import type { ModelSetting } from "../schema/model-schema.ts";

function build(given: Record<string, ModelSetting>, profiles: Record<string, { model?: string }> = {}) {
  const problems: string[] = [];
  const models = buildModels({ given, profiles, defaultModel: "opus" }, (modelId, problem) =>
    problems.push(`${modelId}: ${problem}`),
  );
  return { models, problems };
}

test("claude-code is Claude Code with the default model; the rest is the bare model", () => {
  expect(build({})).toEqual({
    models: {
      "claude-code": { profile: "default", model: "opus" },
      sonnet: { profile: "chat", model: "sonnet" },
      opus: { profile: "chat", model: "opus" },
      haiku: { profile: "chat", model: "haiku" },
    },
    problems: [],
  });
});

test("aliases are followed, through wildcards too", () => {
  const { models } = build({
    "gpt-4o": "gpt-4",
    "gpt-4": "sonnet",
    "claude-*": { profile: "chat" },
    "claude-opus-*": { profile: "default" },
    fast: "claude-haiku-4-5",
    deep: "claude-opus-5",
  });
  expect(models["gpt-4o"]).toEqual({ profile: "chat", model: "sonnet" });
  expect(models["claude-*"]).toEqual({ profile: "chat" });
  expect(models["fast"]).toEqual({ profile: "chat", model: "claude-haiku-4-5" });
  expect(models["deep"]).toEqual({ profile: "default", model: "claude-opus-5" });
});

test("an id without a model is given to Claude Code as it is, except claude-code", () => {
  const { models } = build({ "claude-x": { profile: "chat" }, "claude-code": { profile: "chat" } });
  expect(models["claude-x"]).toEqual({ profile: "chat", model: "claude-x" });
  expect(models["claude-code"]).toEqual({ profile: "chat", model: "opus" });
});

describe("a profile of the file's own", () => {
  const profiles = {
    reviewer: {},
    quick: { model: "haiku" },
    sonnet: {},
    chat: {},
    default: { model: "fable" },
  };

  test("is a model id, with its own model or the default one", () => {
    const { models, problems } = build({}, profiles);
    expect(problems).toEqual([]);
    expect(models["reviewer"]).toEqual({ profile: "reviewer", model: "opus" });
    expect(models["quick"]).toEqual({ profile: "quick", model: "haiku" });
  });

  test("leaves ids alone that are configured or built in", () => {
    const { models } = build({ reviewer: { profile: "chat", model: "haiku" }, quick: "sonnet" }, profiles);
    expect(models["reviewer"]).toEqual({ profile: "chat", model: "haiku" });
    expect(models["quick"]).toEqual({ profile: "chat", model: "sonnet" });
    expect(models["sonnet"]).toEqual({ profile: "chat", model: "sonnet" });
    expect(Object.keys(models).sort()).toEqual([
      "claude-code",
      "haiku",
      "opus",
      "quick",
      "reviewer",
      "sonnet",
    ]);
  });

  test("can have other names", () => {
    const { models } = build({ rev: "reviewer", fast: { profile: "quick" } }, profiles);
    expect(models["rev"]).toEqual({ profile: "reviewer", model: "opus" });
    expect(models["fast"]).toEqual({ profile: "quick", model: "haiku" });
  });

  test("and the model of the profile default is the one behind claude-code", () => {
    expect(build({}, profiles).models["claude-code"]).toEqual({ profile: "default", model: "fable" });
  });
});

test.each<[string, Record<string, ModelSetting>, RegExp]>([
  ["an unknown alias", { "gpt-4o": "sonet" }, /no model id "sonet".*claude-code, sonnet.*\{profile: chat/],
  ["an unknown profile", { x: { profile: "chatty" } }, /no profile "chatty"\. Name one of default, chat/],
  ["a circle", { a: "b", b: "a" }, /a: stands for itself \(a → b → a\)/],
  ["a wildcard as goal", { "c-*": { profile: "chat" }, x: "c-*" }, /is no single model/],
  ["a colon", { "a:b": "sonnet" }, /not a usable model id/],
  ["a star in the middle", { "a*b": "sonnet" }, /not a usable model id/],
])("%s is a problem", (_name, given, expected) => {
  expect(build(given).problems.join("\n")).toMatch(expected);
});
