import { expect, test } from "vitest";

import { KnownModels } from "./known-models.ts";

const PLAIN = { environment: {}, settingSources: [] };
const PINNED = { environment: { ANTHROPIC_DEFAULT_SONNET_MODEL: "claude-sonnet-4-6" }, settingSources: [] };
const WITH_SETTINGS = { environment: {}, settingSources: ["user"] as const };

function known(): KnownModels {
  const models = new KnownModels();
  models.learnAccount([
    { id: "default", resolvedId: "claude-opus-5-5", displayName: "Default" },
    { id: "sonnet", resolvedId: "claude-sonnet-5-5", displayName: "Sonnet" },
  ]);
  return models;
}

test("a full id stands for itself", () => {
  expect(new KnownModels().find("us.anthropic.claude-opus-4-6-v1", PLAIN)).toBe(
    "us.anthropic.claude-opus-4-6-v1",
  );
});

test("an alias stands for what the account says, but not where variables may say otherwise", () => {
  const models = known();
  expect(models.find("sonnet", PLAIN)).toBe("claude-sonnet-5-5");
  expect(models.find("sonnet[1m]", PLAIN)).toBe("claude-sonnet-5-5[1m]");
  expect(models.find("sonnet", PINNED)).toBeUndefined();
  expect(models.guess("sonnet", PINNED)).toBe("claude-sonnet-5-5");
  models.learn("sonnet", PINNED, "claude-sonnet-4-6");
  expect(models.find("sonnet", PINNED)).toBe("claude-sonnet-4-6");
  expect(models.find("sonnet", PLAIN)).toBe("claude-sonnet-5-5");
});

test("the default may be another one by settings files, so a process has to tell it", () => {
  const models = known();
  expect(models.find("default", WITH_SETTINGS)).toBeUndefined();
  expect(models.guess("default", WITH_SETTINGS)).toBe("claude-opus-5-5");
  models.learn("default", WITH_SETTINGS, "claude-haiku-4-5");
  expect(models.find("default", WITH_SETTINGS)).toBe("claude-haiku-4-5");
  expect(models.find("default", PLAIN)).toBeUndefined();
});

test("what nobody has told is the name itself", () => {
  expect(new KnownModels().guess("sonnet", PLAIN)).toBe("sonnet");
});
