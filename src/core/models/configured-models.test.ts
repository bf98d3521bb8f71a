import { describe, expect, test } from "vitest";

import { ConfiguredModels, type ConfiguredModelsParts } from "./configured-models.ts";
import type { EngineModel } from "../ports/engine.ts";
import { AGENT_PROFILE, CHAT_PROFILE } from "../../../test/engine/turn-fixtures.ts";

const AGENT = AGENT_PROFILE;
const CHAT = CHAT_PROFILE;
const ACCOUNT: readonly EngineModel[] = [
  { id: "default", resolvedId: "claude-sonnet-5", displayName: "Default" },
  { id: "opus", resolvedId: "claude-opus-5", displayName: "Opus" },
];

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

  test.each([
    ["sonnet:latest", "sonnet", "latest"],
    ["opus:free", "opus", "free"],
    ["gpt-4o:thinking", "gpt-4o", "thinking"],
    ["claude-code:8b-instruct-q4_K_M", "claude-code", "8b-instruct-q4_K_M"],
    ["sonnet:thinking:free", "sonnet", "thinking:free"],
  ])("%s is model %s and no conversation", (given, modelId, tag) => {
    const resolved = catalogue().resolve(given);
    expect(resolved).toMatchObject({ target: { modelId }, tag });
    expect(resolved).not.toHaveProperty("conversationName");
  });

  test("a tag beside something else is a name", () => {
    expect(catalogue().resolve("sonnet:latest:news").conversationName).toBe("latest:news");
  });

  describe("full ids and longer contexts that nobody has configured", () => {
    const models = catalogue({
      models: { "claude-code": { profile: AGENT, model: "default" }, sonnet: { profile: CHAT } },
    });

    test.each([
      ["claude-opus-5-7", "claude-opus-5-7"],
      ["claude-sonnet-4-5-20250929", "claude-sonnet-4-5-20250929"],
      ["claude-3-5-haiku-latest", "claude-3-5-haiku-latest"],
      ["claude-haiku-4-5@20251001", "claude-haiku-4-5@20251001"],
      ["claude-sonnet-5-5[1m]", "claude-sonnet-5-5[1m]"],
      ["claude-sonnet-4-5-20250929[1m]", "claude-sonnet-4-5-20250929[1m]"],
      ["sonnet[1m]", "sonnet[1m]"],
      ["opus[1m]", "opus[1m]"],
    ])("%s is the bare model", (modelId, model) => {
      expect(models.resolve(modelId).target).toEqual({ modelId, profile: CHAT, model });
    });

    test("may be conversations, too", () => {
      expect(models.resolve("claude-opus-5-7:talk")).toMatchObject({
        target: { modelId: "claude-opus-5-7" },
        conversationName: "talk",
      });
    });

    test.each([
      "claude-",
      "claude-code2",
      "claude-code[1m]",
      "claude-Opus",
      "claude-opus 5",
      "gpt-5[1m]",
      "claude-x[2m]",
    ])("%s is none", (modelId) => {
      expect(() => models.resolve(modelId)).toThrow("does not exist");
    });

    test("without a profile for the account's models they are unknown", () => {
      const closed = new ConfiguredModels({
        models: { sonnet: { profile: CHAT } },
        accountProfile: undefined,
        accountModels: () => [],
        createdAt: 0,
      });
      expect(() => closed.resolve("claude-opus-5-7")).toThrow("does not exist");
    });
  });

  test.each([
    ["claude-code/opus", "claude-code", "opus", undefined],
    ["claude-code/claude-haiku-4-5", "claude-code", "claude-haiku-4-5", undefined],
    ["claude-code/claude-sonnet-5[1m]", "claude-code", "claude-sonnet-5[1m]", undefined],
    ["claude-code/haiku", "claude-code", "haiku", undefined],
    ["claude-code/default", "claude-code", "default", undefined],
    ["sonnet/opus", "chat", "opus", undefined],
    ["claude-code/opus:my-conversation", "claude-code", "opus", "my-conversation"],
    ["claude-code/opus:a/b:c", "claude-code", "opus", "a/b:c"],
    ["claude-code:talk/opus", "claude-code", "default", "talk/opus"],
  ])("%s is profile %s with model %s in the conversation %s", (given, name, model, conversationName) => {
    const resolved = catalogue().resolve(given);
    expect(resolved.target).toMatchObject({ profile: { name }, model });
    expect(resolved.conversationName).toBe(conversationName);
  });

  test("aliases are known before the account is", () => {
    const models = catalogue({ accountModels: () => [] });
    expect(models.resolve("claude-code/opus").target.model).toBe("opus");
    expect(() => models.resolve("claude-code/fable")).toThrow("'claude-code/fable' does not exist");
  });

  test("an exact id with a slash wins, and so does the longer of two that fit", () => {
    const models = catalogue({
      models: {
        vendor: { profile: CHAT, model: "haiku" },
        "vendor/sonnet": { profile: AGENT, model: "opus" },
        "*": { profile: CHAT, model: "haiku" },
      },
    });
    expect(models.resolve("vendor/sonnet").target).toMatchObject({ profile: AGENT, model: "opus" });
    expect(models.resolve("vendor/sonnet/haiku").target).toMatchObject({ profile: AGENT, model: "haiku" });
    expect(models.resolve("vendor/haiku").target).toMatchObject({ profile: CHAT, model: "haiku" });
    expect(() => models.resolve("vendor/other")).toThrow();
    expect(models.resolve("another/one").target.model).toBe("haiku");
  });

  test("a pattern that reaches beyond the slash takes what is no model there", () => {
    const models = catalogue({
      models: { vendor: { profile: AGENT }, "vendor/*": { profile: CHAT, model: "haiku" } },
    });
    expect(models.resolve("vendor/other").target).toMatchObject({ profile: CHAT, model: "haiku" });
    expect(models.resolve("vendor/opus").target).toMatchObject({ profile: AGENT, model: "opus" });
  });

  test("an id with a colon that is configured as it is has no conversation", () => {
    const models = catalogue({ models: { "llama3:8b": { profile: CHAT, model: "sonnet" } } });
    expect(models.resolve("llama3:8b")).toEqual({
      target: { modelId: "llama3:8b", profile: CHAT, model: "sonnet" },
    });
  });

  test.each([
    "llama",
    "llama:talk",
    "claude-code:",
    ":talk",
    "default",
    "",
    "toString",
    "__proto__",
    "gpt",
    "claude-code/",
    "claude-code/gpt-4o",
    "/opus",
    "nobody/opus",
    "claude-code/../opus",
    "claude-code/opus/",
  ])("%j is unknown", (modelId) => {
    expect(() => catalogue().resolve(modelId)).toThrow(
      expect.objectContaining({
        info: expect.objectContaining({ kind: "model-not-found", param: "model" }),
      }),
    );
  });

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
      "claude-code/opus",
    ]);
    expect(listed[3]).toEqual({
      id: "opus",
      createdAt: 1_700_000_000,
      profile: CHAT,
      model: "opus",
      displayName: "Opus",
    });
  });

  test("whatever is listed can be asked for", () => {
    const models = catalogue();
    for (const { id, profile, model } of models.list()) {
      expect(models.resolve(id).target).toEqual({ modelId: id, profile, model });
    }
  });

  test("each agent is listed with each alias of the account's once, under its first id", () => {
    const reviewer = { ...AGENT, name: "reviewer" };
    const models = catalogue({
      models: {
        "claude-code": { profile: AGENT, model: "default" },
        reviewer: { profile: reviewer, model: "haiku" },
        rev: { profile: reviewer, model: "haiku" },
        "agents-*": { profile: { ...AGENT, name: "any" } },
        sonnet: { profile: CHAT, model: "sonnet" },
        "claude-code/opus": { profile: CHAT, model: "haiku" },
      },
      accountModels: () => [...ACCOUNT, { id: "claude-haiku-4-5", displayName: "Haiku" }],
    });
    const slashed = models.list().filter(({ id }) => id.includes("/"));
    expect(slashed.map(({ id, profile, model, variantOf }) => [id, profile.name, model, variantOf])).toEqual([
      ["claude-code/opus", "chat", "haiku", undefined],
      ["reviewer/opus", "reviewer", "opus", "reviewer"],
    ]);
    expect(slashed[1]?.displayName).toBe("reviewer with Opus");
  });

  test("what the account has is known as soon as it is", () => {
    let account: readonly EngineModel[] = [];
    const models = catalogue({ accountModels: () => account });
    expect(models.list()).toHaveLength(2);
    account = ACCOUNT;
    expect(models.list()).toHaveLength(6);
  });
});
