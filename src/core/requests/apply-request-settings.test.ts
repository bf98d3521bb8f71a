import { describe, expect, test } from "vitest";

import { AppError, type ErrorInfo } from "../words/app-error.ts";
import { applyRequestSettings } from "./apply-request-settings.ts";
import type { McpServer } from "../words/mcp-server.ts";
import { PERMISSION_MODES } from "../words/permission-mode.ts";
import type { Profile } from "../words/profile.ts";
import type { RequestPolicy } from "./request-policy.ts";
import type { RequestBounds, RequestSettings } from "../words/request-settings.ts";

const REMOTE: McpServer = { type: "http", url: "https://mcp.example/", headers: {} };
const LOCAL: McpServer = { type: "stdio", command: "serve", args: [], env: {} };

const PROFILE: Profile = {
  name: "reviewer",
  engine: "sdk",
  systemPrompt: "claude-code",
  instructions: "",
  builtinTools: "auto",
  permissionMode: "acceptEdits",
  allowedTools: ["Read"],
  disallowedTools: ["WebFetch"],
  settingSources: ["user"],
  activity: "shown",
  workspace: "/work",
  additionalDirectories: ["/data"],
  isolation: "none",
  sandbox: "auto",
  mcpServers: { docs: REMOTE },
  agents: {},
  environment: { A: "1" },
};

const BOUNDS: RequestBounds = {
  folders: [],
  permissionModes: [],
  builtinTools: false,
  allowedTools: [],
  mcpServers: "configured",
  commands: [],
};

/** Where each setting was sent; the tests check only that it is reported. */
const SOURCES = {
  workingDirectory: "X-Turnpike-Working-Directory",
  additionalDirectories: "claude.additionalDirectories",
  permissionMode: "claude.permission_mode",
  builtinTools: "claude.builtinTools",
  allowedTools: "metadata.claude.allowedTools",
  maxTurns: "claude.maxTurns",
  maxBudgetUsd: "claude.maxBudgetUsd",
  mcpServers: "claude.mcpServers",
  isolation: "claude.isolation",
} as const;

interface Given {
  readonly profile?: Partial<Profile>;
  readonly bounds?: Partial<RequestBounds>;
  readonly policy?: Partial<RequestPolicy>;
}

function apply(settings: RequestSettings, { profile, bounds, policy }: Given = {}): Promise<Profile> {
  return applyRequestSettings({ ...PROFILE, ...profile }, settings, {
    bounds: { ...BOUNDS, ...bounds },
    folders: {
      resolve: async (path, { workspace }) => (path.startsWith("/") ? path : `${workspace}/${path}`),
    },
    configuredServers: { docs: REMOTE, tickets: LOCAL },
    allowsBypass: false,
    ...policy,
    sources: SOURCES,
  });
}

async function refuse(settings: RequestSettings, given: Given = {}): Promise<ErrorInfo> {
  try {
    await apply(settings, given);
  } catch (error) {
    if (error instanceof AppError) return error.info;
    throw error;
  }
  throw new Error("It was not refused.");
}

const byName = (...configured: string[]) => ({ mcpServers: { configured, own: {} } });
const bring = (name: string, server: McpServer) => ({
  mcpServers: { configured: [], own: { [name]: server } },
});

const refuseFolder: RequestPolicy["folders"]["resolve"] = (_, __, param) =>
  Promise.reject(new AppError({ kind: "forbidden", message: "No (setting requests.folders).", param }));

const refusal = (setting: string, param: string) => ({
  kind: "forbidden",
  message: expect.stringContaining(`(setting ${setting}).`) as unknown,
  param,
});

test("nothing asked leaves the profile as it is", async () => {
  expect(await apply({})).toEqual(PROFILE);
});

test("what is not asked for stays", async () => {
  expect(await apply({ maxTurns: 3, disallowedTools: ["Bash", "WebFetch"] })).toEqual({
    ...PROFILE,
    maxTurns: 3,
    disallowedTools: ["WebFetch", "Bash"],
  });
});

describe("folders", () => {
  test("are resolved against the profile's workspace; further ones are added", async () => {
    const settings = { workingDirectory: "sub", additionalDirectories: ["/other", "/data"] };
    expect(await apply(settings)).toMatchObject({
      workspace: "/work/sub",
      additionalDirectories: ["/data", "/other"],
    });
  });

  test.each([
    [{ workingDirectory: "/etc" }, SOURCES.workingDirectory],
    [{ additionalDirectories: ["/etc"] }, SOURCES.additionalDirectories],
  ])("that are refused are named as sent: %o", async (settings, param) => {
    expect(await refuse(settings, { policy: { folders: { resolve: refuseFolder } } })).toEqual(
      refusal("requests.folders", param),
    );
  });
});

describe("the permission mode", () => {
  test.each(PERMISSION_MODES)("%s is taken when it is the profile's own, or listed", async (mode) => {
    const policy = { allowsBypass: true };
    expect(
      (await apply({ permissionMode: mode }, { profile: { permissionMode: mode }, policy })).permissionMode,
    ).toBe(mode);
    expect(
      (await apply({ permissionMode: mode }, { bounds: { permissionModes: [mode] }, policy })).permissionMode,
    ).toBe(mode);
  });

  test.each(["plan", "dontAsk"] as const)("%s may always be asked for", async (mode) => {
    expect((await apply({ permissionMode: mode })).permissionMode).toBe(mode);
  });

  test.each(["default", "auto", "bypassPermissions"] as const)(
    "%s is refused when it is not listed",
    async (mode) => {
      expect(await refuse({ permissionMode: mode }, { policy: { allowsBypass: true } })).toEqual(
        refusal("requests.permissionModes", SOURCES.permissionMode),
      );
    },
  );

  test("bypassPermissions needs more than the list", async () => {
    expect(
      await refuse(
        { permissionMode: "bypassPermissions" },
        { bounds: { permissionModes: ["bypassPermissions"] } },
      ),
    ).toEqual(refusal("claude.allowBypass", SOURCES.permissionMode));
  });

  test("without built-in tools it is no matter, and nothing gets looser", async () => {
    const profile = { builtinTools: "off", permissionMode: "dontAsk" } as const;
    expect((await apply({ permissionMode: "bypassPermissions" }, { profile })).permissionMode).toBe(
      "dontAsk",
    );
    expect((await apply({ permissionMode: "plan" }, { profile })).permissionMode).toBe("plan");
    expect(
      await refuse(
        { permissionMode: "acceptEdits", builtinTools: "on" },
        { profile, bounds: { builtinTools: true } },
      ),
    ).toEqual(refusal("requests.permissionModes", SOURCES.permissionMode));
  });
});

describe("built-in tools", () => {
  test.each([
    ["on", "auto"],
    ["on", "off"],
    ["auto", "off"],
    ["auto", "on"],
    ["off", "off"],
  ] as const)("may go from %s to %s", async (from, to) => {
    expect((await apply({ builtinTools: to }, { profile: { builtinTools: from } })).builtinTools).toBe(to);
  });

  test.each(["auto", "on"] as const)(
    "go from off to %s only where the configuration lets them",
    async (to) => {
      const profile = { builtinTools: "off" } as const;
      expect(await refuse({ builtinTools: to }, { profile })).toEqual(
        refusal("requests.builtinTools", SOURCES.builtinTools),
      );
      const bounds = { builtinTools: true };
      expect((await apply({ builtinTools: to }, { profile, bounds })).builtinTools).toBe(to);
    },
  );
});

describe("rules for tools", () => {
  test("that the profile has, or the configuration lists, are added to the profile's", async () => {
    const bounds = { allowedTools: ["Bash(git log *)"] };
    expect((await apply({ allowedTools: [" Bash(git log *) ", "Read"] }, { bounds })).allowedTools).toEqual([
      "Read",
      "Bash(git log *)",
    ]);
    expect(
      (await apply({ allowedTools: ["Bash"] }, { bounds: { allowedTools: ["*"] } })).allowedTools,
    ).toEqual(["Read", "Bash"]);
  });

  test.each([
    "Bash",
    "*",
    "Bash(git log:*)",
    "Read,Bash",
    "bash(git log *)",
    "mcp__docs__search",
    "mcp__mine__x",
  ])("that are not listed word by word are refused: %s", async (rule) => {
    expect(
      await refuse({ allowedTools: ["Read", rule] }, { bounds: { allowedTools: ["Bash(git log *)"] } }),
    ).toEqual(refusal("requests.allowedTools", SOURCES.allowedTools));
  });

  test("about a server that the request brings itself are its own affair", async () => {
    const bounds = { mcpServers: "remote" } as const;
    const mcpServers = { configured: [], own: { mine: REMOTE } };
    const allowedTools = ["mcp__mine", "mcp__mine__*"];
    expect((await apply({ mcpServers, allowedTools }, { bounds })).allowedTools).toEqual([
      "Read",
      ...allowedTools,
    ]);
    // Claude Code could not tell their tools apart.
    const policy = { configuredServers: { mine__too: REMOTE } };
    expect(await refuse({ mcpServers, allowedTools }, { bounds, policy })).toMatchObject({
      kind: "forbidden",
    });
    const odd = { configured: [], own: { docs__more: REMOTE } };
    expect(await refuse({ mcpServers: odd, allowedTools: ["mcp__docs__more"] }, { bounds })).toMatchObject({
      kind: "forbidden",
    });
    expect(await refuse({ mcpServers, allowedTools: ["mcp__mineral__x"] }, { bounds })).toMatchObject({
      kind: "forbidden",
    });
  });
});

describe("limits", () => {
  test.each(["maxTurns", "maxBudgetUsd"] as const)(
    "%s may be set, and lowered, but not raised",
    async (name) => {
      expect((await apply({ [name]: 9 }))[name]).toBe(9);
      expect((await apply({ [name]: 4 }, { profile: { [name]: 5 } }))[name]).toBe(4);
      expect((await apply({ [name]: 5 }, { profile: { [name]: 5 } }))[name]).toBe(5);
      expect((await apply({ builtinTools: "on" }, { profile: { [name]: 5 } }))[name]).toBe(5);
      expect(await refuse({ [name]: 6 }, { profile: { [name]: 5 } })).toEqual(
        refusal(`profiles.reviewer.${name}`, SOURCES[name]),
      );
    },
  );
});

describe("isolation", () => {
  test.each([
    ["none", "none"],
    ["none", "worktree"],
    ["none", "copy"],
    ["worktree", "copy"],
  ] as const)("may be raised from %s to %s", async (from, to) => {
    expect((await apply({ isolation: to }, { profile: { isolation: from } })).isolation).toBe(to);
  });

  test.each([
    ["worktree", "none"],
    ["copy", "none"],
    ["copy", "worktree"],
  ] as const)("may not be lowered from %s to %s", async (from, to) => {
    expect(await refuse({ isolation: to }, { profile: { isolation: from } })).toEqual(
      refusal("profiles.reviewer.isolation", SOURCES.isolation),
    );
  });
});

describe("MCP servers", () => {
  test("of the configuration are added by name; those of the profile are there already", async () => {
    expect((await apply(byName("tickets", "docs"))).mcpServers).toEqual({ docs: REMOTE, tickets: LOCAL });
    const none = { bounds: { mcpServers: "none" } } as const;
    expect((await apply(byName("docs"), none)).mcpServers).toEqual({ docs: REMOTE });
    expect(await refuse(byName("tickets"), none)).toEqual(refusal("requests.mcpServers", SOURCES.mcpServers));
  });

  test.each(["nobody", "constructor", "__proto__"])("that nobody knows are a mistake: %s", async (name) => {
    expect(await refuse(byName(name))).toMatchObject({ kind: "invalid-request", param: SOURCES.mcpServers });
  });

  test.each([
    ["none", REMOTE],
    ["configured", REMOTE],
    ["configured", LOCAL],
    ["remote", LOCAL],
  ] as const)("of the request are refused where %s is allowed: %o", async (mcpServers, server) => {
    expect(await refuse(bring("mine", server), { bounds: { mcpServers } })).toEqual(
      refusal("requests.mcpServers", SOURCES.mcpServers),
    );
  });

  test.each([
    ["remote", REMOTE],
    ["any", REMOTE],
    ["any", LOCAL],
  ] as const)("of the request are taken where %s is allowed: %o", async (mcpServers, server) => {
    expect((await apply(bring("mine", server), { bounds: { mcpServers } })).mcpServers).toEqual({
      docs: REMOTE,
      mine: server,
    });
  });

  test.each(["docs", "tickets", "client_1"])(
    "of the request do not take the place of others: %s",
    async (name) => {
      expect(await refuse(bring(name, REMOTE), { bounds: { mcpServers: "any" } })).toMatchObject({
        kind: "invalid-request",
        param: SOURCES.mcpServers,
      });
    },
  );
});
