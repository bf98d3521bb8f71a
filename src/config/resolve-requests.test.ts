import { symlinkSync } from "node:fs";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { SettingsBed } from "../../test/config/settings-bed.ts";
import { describeConfig } from "./show/describe-config.ts";

let bed: SettingsBed;
beforeEach(() => {
  bed = new SettingsBed();
});
afterEach(() => bed[Symbol.dispose]());

describe("what requests may change", () => {
  test("is little, unless the settings say more; in every way a setting is given", () => {
    symlinkSync(join(bed.root, "home/project"), join(bed.root, "etc/link"));
    const requests = { folders: ["link", "../home/project", "."], commands: [] };
    const { config } = bed.resolve(
      { requests },
      {
        environment: {
          TURNPIKE_REQUEST_PERMISSION_MODES: "default, acceptEdits",
          TURNPIKE_REQUEST_MCP_SERVERS: "configured",
        },
        flags: {
          // Split at its commas, as a flag is.
          "requests.allowedTools": ["Read", "Bash(echo a", " b)"],
          "requests.builtinTools": true,
        },
      },
    );
    expect(config.requests).toEqual({
      folders: [join(bed.root, "home/project"), join(bed.root, "etc")],
      permissionModes: ["default", "acceptEdits"],
      builtinTools: true,
      allowedTools: ["Read", "Bash(echo a, b)"],
      mcpServers: "configured",
      commands: [],
    });
  });

  test.each([
    ["127.0.0.1", "remote"],
    ["0.0.0.0", "configured"],
  ])("on %s the MCP servers that they may add are %s", (host, expected) => {
    expect(bed.resolve({ server: { host } }).config.requests.mcpServers).toBe(expected);
  });

  test("config show says what applies", () => {
    const resolved = bed.resolve({ requests: { folders: ["."], commands: ["/review", "plugin:go"] } });
    const rows = new Map(describeConfig(resolved).map((row) => [row.key, row.value]));
    expect(rows.get("requests.folders")).toBe(join(bed.root, "etc"));
    expect(rows.get("requests.mcpServers")).toBe("remote");
    expect(rows.get("requests.commands")).toBe("review, plugin:go");
    expect(rows.get("requests.permissionModes")).toBe("none");
  });

  test.each<[object, string]>([
    [{ folders: ["gone"] }, "requests.folders: there is no folder"],
    [{ permissionModes: ["yolo"] }, "requests.permissionModes: expected a list of permission modes"],
    [{ mcpServers: true }, "requests.mcpServers: expected one of none, configured, remote, any, got true."],
    [{ allowedTools: ["("] }, "requests.allowedTools: expected a list of permission rules"],
    [{ commands: ["rm -rf"] }, "requests.commands: expected a list of names of slash commands"],
    [{ folder: ["."] }, "requests.folder is not a setting. Did you mean requests.folders?"],
  ])("%j is one clear line", (requests, expected) => {
    const problems = bed.problemsOf({ requests });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(expected);
  });
});

describe("the mode bypassPermissions", () => {
  const profiles = { builder: { permissionMode: "bypassPermissions" } };
  const requests = { permissionModes: ["bypassPermissions"] };

  test("needs its own word at the start", () => {
    const cure =
      "bypassPermissions needs --allow-bypass-permissions at the start. Give it, or choose another mode.";
    expect(bed.problemsOf({ profiles, requests })).toEqual([
      `${bed.configFile}: profiles.builder.permissionMode: ${cure}`,
      `${bed.configFile}: requests.permissionModes: ${cure}`,
    ]);
    const { config, warnings } = bed.resolve(
      { profiles, requests },
      { flags: { "claude.allowBypass": true } },
    );
    expect(config.claude.allowBypass).toBe(true);
    expect(warnings).toEqual([
      "Requests may turn off every question (requests.permissionModes: bypassPermissions).",
      "In the profile builder Claude Code edits, runs and deletes whatever it wants, unasked (permissionMode: bypassPermissions).",
    ]);
  });

  test("is not for root, except in a container that says so", () => {
    const flags = { "claude.allowBypass": true };
    expect(bed.problemsOf({}, { flags, userId: 0 })).toEqual([
      "--allow-bypass-permissions: refused for root, who could do anything unasked. Run as another user, or set IS_SANDBOX=1 in a container that holds nothing of value.",
    ]);
    const other = { flags, userId: 0, environment: { IS_SANDBOX: "yes" } };
    expect(bed.problemsOf({}, other)).toHaveLength(1);
    expect(bed.problemsOf({}, { ...other, environment: { IS_SANDBOX: "1" } })).toEqual([]);
  });
});

test("approvals have a time limit and rights", () => {
  const auth = { approverKeys: ["tp-approver-secret-key"], clientsMayApprove: true };
  const resolved = bed.resolve({ auth }, { flags: { "approvals.timeout": "90s" } });
  expect(resolved.config.approvals).toEqual({ timeoutMs: 90_000 });
  expect(resolved.config.auth).toMatchObject(auth);
  expect(JSON.stringify(describeConfig(resolved))).not.toContain(auth.approverKeys[0]);
  expect(bed.problemsOf({ approvals: { timeout: 0 } })).toHaveLength(1);
});

describe("a warning tells of", () => {
  test.each<[string, object, readonly RegExp[]]>([
    ["commands as MCP servers", { requests: { mcpServers: "any" } }, [/any command on this machine/]],
    ["the whole disk", { requests: { folders: ["/"] } }, [/may work in \/ and all inside/]],
    ["the home folder", { requests: { folders: ["~"] } }, [/may work in .*home and all inside/]],
    ["nothing, for a project in it", { requests: { folders: ["~/project"] } }, []],
    [
      "an open gateway",
      { profiles: { p: { environment: { ANTHROPIC_BASE_URL: "http://10.0.0.1:8080" } } } },
      [/The profile p sends prompts and credentials unencrypted/],
    ],
    [
      "nothing, for a gateway on this machine or with TLS",
      {
        profiles: {
          a: { environment: { ANTHROPIC_BASE_URL: "http://localhost:8080" } },
          b: { environment: { ANTHROPIC_BASE_URL: "https://gateway" } },
        },
      },
      [],
    ],
    [
      "settings without effect",
      { profiles: { chat: { permissionMode: "plan", sandbox: "required" } } },
      [/profile chat has .* no effect: permissionMode, sandbox\./],
    ],
    [
      "nothing, where MCP servers have tools",
      {
        mcpServers: { a: { command: "a" } },
        profiles: { chat: { allowedTools: ["mcp__a"], mcpServers: ["a"] } },
      },
      [],
    ],
  ])("%s", (_name, file, expected) => {
    const { warnings } = bed.resolve(file);
    expect(warnings).toHaveLength(expected.length);
    for (const [index, pattern] of expected.entries()) expect(warnings[index]).toMatch(pattern);
  });
});
