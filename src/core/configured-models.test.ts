import { describe, expect, test } from "vitest";

import { ConfiguredModels, type ConfiguredModelsParts } from "./configured-models.ts";
import type { EngineModel } from "./ports/engine.ts";
import type { Profile } from "./profile.ts";

const AGENT = profile("claude-code");
const CHAT = profile("chat");
const ACCOUNT: readonly EngineModel[] = [
  { id: "default", resolvedId: "claude-sonnet-5", displayName: "Default" },
  { id: "opus", resolvedId: "claude-opus-5", displayName: "Opus" },
];

function profile(name: string): Profile {
  return {
    name,
    systemPrompt: "client",
    builtinTools: "off",
    permissionMode: "dontAsk",
    settingSources: [],
    activity: "shown",
    workspace: "/work",
  };
}

function catalogue(changes: Partial<ConfiguredModelsParts> = {}): ConfiguredModels {
  return new ConfiguredModels({
    models: {
      "claude-code": { profile: AGENT, model: "default" },
      sonnet: { profile: CHAT },
      "gpt-*": { profile: CHAT, model: "sonnet" },
      "gpt-4*": { profile: CHAT, model: "opus" },
      "claude-*": { profile: CHAT },
    },
    accountProfile: CHAT,
    accountModels: () => ACCOUNT,
    createdAt: 1_700_000_000,
    ...changes,
  });
}

describe("resolve", () => {
  test.each([
    ["claude-code", "claude-code", "default"],
    ["sonnet", "chat", "sonnet"],
    ["gpt-3.5-turbo", "chat", "sonnet"],
    ["gpt-4o", "chat", "opus"],
    ["claude-future-9", "chat", "claude-future-9"],
    ["opus", "chat", "opus"],
    ["claude-opus-5", "chat", "claude-opus-5"],
  ])("%s is profile %s with model %s", (modelId, profileName, model) => {
    const { target, conversationName } = catalogue().resolve(modelId);
    expect(target).toMatchObject({ modelId, profile: { name: profileName }, model });
    expect(conversationName).toBeUndefined();
  });

  test.each([
    ["claude-code:my-conversation", "claude-code", "my-conversation"],
    ["claude-code:a:b", "claude-code", "a:b"],
    ["gpt-4o:talk", "gpt-4o", "talk"],
    ["opus:talk", "opus", "talk"],
  ])("%s is model %s in the conversation %s", (given, modelId, conversationName) => {
    expect(catalogue().resolve(given)).toMatchObject({ target: { modelId }, conversationName });
  });

  test("an id with a colon that is configured as it is has no conversation", () => {
    const models = catalogue({ models: { "llama3:8b": { profile: CHAT, model: "sonnet" } } });
    expect(models.resolve("llama3:8b")).toEqual({
      target: { modelId: "llama3:8b", profile: CHAT, model: "sonnet" },
    });
  });

  test.each(["llama", "llama:talk", "claude-code:", ":talk", "default", "", "toString", "__proto__", "gpt"])(
    "%j is unknown",
    (modelId) => {
      expect(() => catalogue().resolve(modelId)).toThrow(
        expect.objectContaining({
          info: expect.objectContaining({ kind: "model-not-found", param: "model" }),
        }),
      );
    },
  );

  test("the error names the models that there are", () => {
    expect(() => catalogue().resolve("llama")).toThrow(
      /'llama' does not exist.*claude-code, sonnet, claude-sonnet-5, opus, claude-opus-5/,
    );
  });

  test("the account's own models are unknown when no profile serves them", () => {
    const models = catalogue({ models: { sonnet: { profile: CHAT } }, accountProfile: undefined });
    expect(() => models.resolve("opus")).toThrow();
  });
});

describe("list", () => {
  test("shows configured ids and the account's models by both names, each once, and no patterns", () => {
    const listed = catalogue().list();
    expect(listed.map((model) => model.id)).toEqual([
      "claude-code",
      "sonnet",
      "claude-sonnet-5",
      "opus",
      "claude-opus-5",
    ]);
    expect(listed[3]).toEqual({
      id: "opus",
      createdAt: 1_700_000_000,
      profile: "chat",
      model: "opus",
      displayName: "Opus",
    });
  });

  test("whatever is listed can be asked for", () => {
    const models = catalogue();
    for (const { id, profile: name, model } of models.list()) {
      expect(models.resolve(id).target).toMatchObject({ modelId: id, profile: { name }, model });
    }
  });

  test("what the account has is known as soon as it is", () => {
    let account: readonly EngineModel[] = [];
    const models = catalogue({ accountModels: () => account });
    expect(models.list()).toHaveLength(2);
    account = ACCOUNT;
    expect(models.list()).toHaveLength(5);
  });
});
