import { describe, expect, test } from "vitest";

import { AGENT_PROFILE, CHAT_PROFILE } from "../../test/engine/turn-fixtures.ts";
import { processKind, processKindKey, type Profile } from "./profile.ts";

const PROFILE: Profile = { ...AGENT_PROFILE, builtinTools: "auto", settingSources: ["user", "project"] };
const CLIENT_IS_AGENT = {
  systemPrompt: "client",
  builtinTools: [],
  permissionMode: "dontAsk",
  settingSources: [],
};

describe("the kind of process", () => {
  test("is what the profile says where the client has no tools", () => {
    expect(processKind(PROFILE, false)).toEqual({
      systemPrompt: "claude-code",
      builtinTools: "on",
      permissionMode: "acceptEdits",
      settingSources: ["user", "project"],
    });
  });

  test("is that of a bare model where the client has tools, so that the client is the agent", () => {
    expect(processKind(PROFILE, true)).toEqual(CLIENT_IS_AGENT);
  });

  test.each(["on", "off"] as const)("does not depend on the client where tools are %s", (builtinTools) => {
    const profile = { ...PROFILE, builtinTools };
    expect(processKind(profile, true)).toEqual(processKind(profile, false));
    expect(processKind(profile, true)).toMatchObject({
      builtinTools: builtinTools === "on" ? "on" : [],
      systemPrompt: "claude-code",
    });
  });

  test("offers what the request asks for beside the client's tools, as far as the profile allows", () => {
    expect(processKind(PROFILE, true, ["WebSearch"])).toEqual({
      ...CLIENT_IS_AGENT,
      builtinTools: ["WebSearch"],
    });
    expect(processKind(PROFILE, true, ["Write", "Bash"])).toMatchObject({
      builtinTools: ["Bash", "Write"],
      permissionMode: "acceptEdits",
    });
    expect(processKind(CHAT_PROFILE, false, ["WebSearch"])).toMatchObject({ builtinTools: ["WebSearch"] });
    expect(() => processKind(CHAT_PROFILE, false, ["Bash"])).toThrow(/builtinTools: off/);
  });

  test("has nothing of a profile that a process takes later", () => {
    const other = { ...PROFILE, name: "other", workspace: "/elsewhere" };
    expect(processKind(other, false)).toEqual(processKind(PROFILE, false));
  });
});

describe("the key of a kind", () => {
  const kind = processKind(PROFILE, false);

  test("is the same for kinds that are alike", () => {
    expect(processKindKey({ ...kind, settingSources: [...kind.settingSources] })).toBe(processKindKey(kind));
    expect(processKindKey(processKind(CHAT_PROFILE, false))).toBe(processKindKey(processKind(PROFILE, true)));
  });

  test.each([
    ["system prompt", { systemPrompt: "client" }],
    ["tools", { builtinTools: ["WebSearch"] }],
    ["permissions", { permissionMode: "dontAsk" }],
    ["settings", { settingSources: ["user"] }],
    ["order of settings", { settingSources: ["project", "user"] }],
  ] as const)("is another for other %s", (_, change) => {
    expect(processKindKey({ ...kind, ...change })).not.toBe(processKindKey(kind));
  });
});
