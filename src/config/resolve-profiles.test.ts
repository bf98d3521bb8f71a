import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { SettingsBed } from "../../test/config/settings-bed.ts";

let bed: SettingsBed;
beforeEach(() => {
  bed = new SettingsBed();
});
afterEach(() => bed[Symbol.dispose]());

describe("the engine", () => {
  const engines = ["sdk", "cli"];

  test("is that of the setting where a profile names none", () => {
    const file = { profiles: { mine: {}, other: { engine: "sdk" } } };
    const enginesOf = (flags: Record<string, string>) => {
      const { profiles } = bed.resolve(file, { flags, engines }).config;
      return Object.fromEntries(Object.values(profiles).map(({ name, engine }) => [name, engine]));
    };
    expect(enginesOf({})).toEqual({ default: "sdk", chat: "sdk", mine: "sdk", other: "sdk" });
    expect(enginesOf({ engine: "cli" })).toEqual({ default: "cli", chat: "cli", mine: "cli", other: "sdk" });
  });

  test("must be one that there is", () => {
    expect(bed.problemsOf({ engine: "cly" }, { engines })).toEqual([
      expect.stringMatching(/engine.*: there is no engine "cly"\. Name one of sdk, cli\./),
    ]);
  });
});

describe("a profile", () => {
  test("has every field of its own", () => {
    mkdirSync(join(bed.root, "etc/docs"));
    symlinkSync(join(bed.root, "etc/docs"), join(bed.root, "etc/link"));
    const fields = {
      engine: "other",
      systemPrompt: "client",
      instructions: "Be kind.\nBe brief.",
      builtinTools: "on",
      permissionMode: "plan",
      disallowedTools: ["WebFetch", "Bash(rm *)"],
      settingSources: ["project", "local"],
      activity: "hidden",
      isolation: "worktree",
      sandbox: "required",
      effort: "high",
      agents: { tester: { description: "Tests", prompt: "Test.", tools: ["Bash"], model: "haiku" } },
    };
    const given = {
      ...fields,
      model: "opus",
      allowedTools: "Read, Bash(echo a, b)",
      workspace: "./link",
      additionalDirectories: ["link", "docs", "~/project"],
      maxTurns: "20",
      maxBudgetUsd: "2.5",
      environment: { ANTHROPIC_MODEL: "x", FLAG: true, COUNT: 3, SECRET: "${TOKEN}" },
    };
    const { config, warnings } = bed.resolve(
      { profiles: { reviewer: given } },
      { environment: { TOKEN: "t" }, engines: ["sdk", "other"] },
    );
    expect(config.profiles["reviewer"]).toEqual({
      ...fields,
      name: "reviewer",
      allowedTools: ["Read", "Bash(echo a, b)"],
      workspace: join(bed.root, "etc/docs"),
      additionalDirectories: [join(bed.root, "etc/docs"), join(bed.root, "home/project")],
      maxTurns: 20,
      maxBudgetUsd: 2.5,
      environment: { ANTHROPIC_MODEL: "x", FLAG: "true", COUNT: "3", SECRET: "t" },
      mcpServers: {},
    });
    expect(config.models["reviewer"]).toEqual({ profile: "reviewer", model: "opus" });
    expect(warnings).toEqual([]);
  });

  test("may be named as what every object has", () => {
    const { config } = bed.resolve({ profiles: { constructor: {} } });
    expect(config.profiles["constructor"]).toMatchObject({ name: "constructor", builtinTools: "auto" });
  });

  test("of a demo brings no account of its own", () => {
    const environment = { ANTHROPIC_API_KEY: "x", CLAUDE_CODE_USE_BEDROCK: "1", DEBUG: "1" };
    const { config } = bed.resolve({ demo: true, profiles: { chat: { environment } } });
    expect(config.profiles["chat"]?.environment).toEqual({ DEBUG: "1" });
  });

  test.each<[object, string]>([
    [{ permissionMode: "yolo" }, "permissionMode: expected one of default, acceptEdits, plan"],
    [{ allowedTools: ["Read", " "] }, "allowedTools: expected a list of permission rules"],
    [{ allowedTools: "" }, "allowedTools: expected a list of permission rules"],
    [{ allowedTools: ["*"] }, "allowedTools: expected a list of permission rules"],
    [{ disallowedTools: ["Bash()"] }, "disallowedTools: expected a list of permission rules"],
    [{ disallowedTools: [3] }, "disallowedTools: expected a list of permission rules"],
    [{ maxTurns: 0 }, "maxTurns: expected a whole number from 1"],
    [{ maxTurns: 1.5 }, "maxTurns: expected a whole number from 1"],
    [{ maxBudgetUsd: 0 }, "maxBudgetUsd: expected an amount in US dollars such as 2.50, more than 0, got 0."],
    [{ maxBudgetUsd: "-1" }, "maxBudgetUsd: expected an amount in US dollars"],
    [{ isolation: "container" }, "isolation: expected one of none, worktree, copy"],
    [{ sandbox: true }, "sandbox: expected one of off, auto, required"],
    [{ effort: "huge" }, "effort: expected one of none, low"],
    [{ engine: "sdl" }, 'profiles.p.engine: there is no engine "sdl". Name one of sdk.'],
    [{ engine: 7 }, "profiles.p.engine: expected an engine's name"],
    [{ workspace: "gone" }, "profiles.p.workspace: there is no folder"],
    [{ additionalDirectories: ["gone"] }, "profiles.p.additionalDirectories: there is no folder"],
    [{ maxturn: 3 }, "profiles.p.maxturn is not a setting. Did you mean profiles.p.maxTurns?"],
    [
      { agents: { a: { description: "x" } } },
      "profiles.p.agents.a.prompt: expected the text that it starts with",
    ],
    [
      { agents: { a: { description: "x", prompt: "y", tool: "z" } } },
      "profiles.p.agents.a.tool is not a setting. Did you mean profiles.p.agents.a.tools?",
    ],
    [{ agents: { "a b": { description: "x", prompt: "y" } } }, "profiles.p.agents.a b is no usable name"],
    [
      { mcpServers: ["crm"] },
      'profiles.p.mcpServers: there is no MCP server "crm". Add it under mcpServers.',
    ],
    [{ mcpServers: "crm" }, "profiles.p.mcpServers: expected a list of names of configured MCP servers"],
    [{ mcpServers: { crm: {} } }, "profiles.p.mcpServers.crm: expected a command"],
    [{ environment: { "A-B": "x" } }, "profiles.p.environment.A-B is no usable name"],
    [{ environment: { A: ["x"] } }, "profiles.p.environment.A: expected text, a number, true or false."],
    [
      { environment: { A: "${GONE}" } },
      "profiles.p.environment.A: the environment variable GONE is not set. Set it for the server, or write ${GONE:-something}.",
    ],
    [
      { environment: { CLAUDE_CODE_MAX_RETRIES: 9 } },
      "profiles.p.environment.CLAUDE_CODE_MAX_RETRIES: a profile cannot set this variable. Turnpike sets it itself: use turns.upstreamRetries.",
    ],
  ])("%j is one clear line", (profile, expected) => {
    const problems = bed.problemsOf({ profiles: { p: profile } });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(expected);
    expect(problems[0]).toMatch(/turnpike\.json: /);
  });

  test("has a usable name", () => {
    expect(bed.problemsOf({ profiles: { "a b": {} } })).toEqual([
      `${bed.configFile}: profiles.a b is no usable name: letters, digits and . _ -.`,
    ]);
  });
});
