import { describe, expect, test } from "vitest";

import { AGENT_PROFILE, CHAT_PROFILE } from "../../../test/engine/turn-fixtures.ts";
import { type Profile } from "../words/profile.ts";
import { processKind, processKindKey } from "./process-kind.ts";

const PROFILE: Profile = { ...AGENT_PROFILE, builtinTools: "auto", settingSources: ["user", "project"] };
const REST = {
  engine: "sdk",
  removedTools: [],
  mayBypassPermissions: false,
  sandbox: "off",
  isGivenNotes: false,
  agents: {},
  environment: {},
  isJudged: false,
  isLimited: false,
  runsCommands: false,
};
const CLIENT_IS_AGENT = { ...REST, systemPrompt: "client", builtinTools: [], settingSources: [] };
const WITH_CLIENT_TOOLS = { hasClientTools: true };

describe("the kind of process", () => {
  test("is what the profile says where the client has no tools", () => {
    expect(processKind(PROFILE, { isTrusted: true })).toEqual({
      systemPrompt: "claude-code",
      ...REST,
      builtinTools: "on",
      settingSources: ["user", "project"],
    });
  });

  test("leaves the settings of a folder alone that nobody trusts, and is given its notes", () => {
    expect(processKind(PROFILE)).toEqual({
      systemPrompt: "claude-code",
      ...REST,
      builtinTools: "on",
      settingSources: ["user"],
      isGivenNotes: true,
    });
    const sources = (settingSources: Profile["settingSources"]) =>
      processKind({ ...PROFILE, settingSources });
    expect(sources(["local", "user"])).toMatchObject({ settingSources: ["user"], isGivenNotes: false });
    expect(sources([])).toMatchObject({ settingSources: [], isGivenNotes: false });
  });

  test("is that of a bare model where the client has tools, so that the client is the agent", () => {
    expect(processKind(PROFILE, WITH_CLIENT_TOOLS)).toEqual(CLIENT_IS_AGENT);
  });

  test.each(["on", "off"] as const)("does not depend on the client where tools are %s", (builtinTools) => {
    const profile = { ...PROFILE, builtinTools };
    expect(processKind(profile, WITH_CLIENT_TOOLS)).toEqual(processKind(profile));
    expect(processKind(profile, WITH_CLIENT_TOOLS)).toMatchObject({
      builtinTools: builtinTools === "on" ? "on" : [],
      systemPrompt: "claude-code",
    });
  });

  test("offers what the request asks for beside the client's tools, as far as the profile allows", () => {
    expect(processKind(PROFILE, { ...WITH_CLIENT_TOOLS, asked: ["WebSearch"] })).toEqual({
      ...CLIENT_IS_AGENT,
      builtinTools: ["WebSearch"],
    });
    expect(processKind(PROFILE, { ...WITH_CLIENT_TOOLS, asked: ["Write", "Bash"] })).toMatchObject({
      builtinTools: ["Bash", "Write"],
    });
    expect(processKind(CHAT_PROFILE, { asked: ["WebSearch"] })).toMatchObject({
      builtinTools: ["WebSearch"],
    });
    expect(() => processKind(CHAT_PROFILE, { asked: ["Bash"] })).toThrow(/builtinTools: off/);
  });

  test("has nothing of a profile that a process takes later", () => {
    const other: Profile = {
      ...PROFILE,
      name: "other",
      workspace: "/elsewhere",
      permissionMode: "plan",
      allowedTools: ["Bash"],
      additionalDirectories: ["/more"],
    };
    expect(processKind(other)).toEqual(processKind(PROFILE));
  });
});

test("a tool is removed by its bare name; a rule with a condition removes nothing", () => {
  const profile = { ...PROFILE, disallowedTools: ["WebFetch", "Bash(rm *)"] };
  expect(processKind(profile)).toMatchObject({ removedTools: ["WebFetch"] });
});

describe("the key of a kind", () => {
  const kind = processKind(PROFILE, { isTrusted: true });

  test("is the same for kinds that are alike", () => {
    expect(processKindKey({ ...kind, settingSources: [...kind.settingSources] })).toBe(processKindKey(kind));
    expect(processKindKey(processKind(CHAT_PROFILE))).toBe(
      processKindKey(processKind(PROFILE, WITH_CLIENT_TOOLS)),
    );
  });

  test.each([
    ["engine", { engine: "cli" }],
    ["system prompt", { systemPrompt: "client" }],
    ["tools", { builtinTools: ["WebSearch"] }],
    ["removed tools", { removedTools: ["WebFetch"] }],
    ["bypass", { mayBypassPermissions: true }],
    ["sandbox", { sandbox: "required" }],
    ["agents", { agents: { helper: { description: "helps", prompt: "Help." } } }],
    ["environment", { environment: { CLAUDE_CODE_USE_BEDROCK: "1" } }],
    ["judged", { isJudged: true }],
    ["limits", { isLimited: true }],
    ["commands", { runsCommands: true }],
    ["settings", { settingSources: ["user"] }],
    ["notes", { isGivenNotes: true }],
    ["order of settings", { settingSources: ["project", "user"] }],
  ] as const)("is another for other %s", (_, change) => {
    expect(processKindKey({ ...kind, ...change })).not.toBe(processKindKey(kind));
  });
});
