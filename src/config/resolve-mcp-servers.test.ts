import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { SettingsBed } from "../../test/config/settings-bed.ts";
import { describeConfig } from "./show/describe-config.ts";

let bed: SettingsBed;
beforeEach(() => {
  bed = new SettingsBed();
});
afterEach(() => bed[Symbol.dispose]());

describe("MCP servers", () => {
  const mcpServers = {
    files: { command: "npx", args: ["-y", "a-server", "${DIR:-.}"], env: { TOKEN: "${TOKEN}" } },
    own: { type: "stdio", command: "./bin/server" },
    crm: { url: "https://crm.example.com/${TEAM}", headers: { Authorization: "Bearer ${TOKEN}" } },
    old: { type: "sse", url: "http://localhost:1/sse" },
  };
  const environment = { TOKEN: "t0ken-value", TEAM: "a team" };

  test("are of three types, with variables filled in", () => {
    const { config } = bed.resolve({ mcpServers }, { environment });
    expect(config.mcpServers).toEqual({
      files: { type: "stdio", command: "npx", args: ["-y", "a-server", "."], env: { TOKEN: "t0ken-value" } },
      own: { type: "stdio", command: join(bed.root, "etc/bin/server"), args: [], env: {} },
      crm: {
        type: "http",
        url: "https://crm.example.com/a team",
        headers: { Authorization: "Bearer t0ken-value" },
      },
      old: { type: "sse", url: "http://localhost:1/sse", headers: {} },
    });
  });

  test("are a profile's by name, or its own", () => {
    const inline = { mine: { command: "mine", env: { TOKEN: "${TOKEN}" } } };
    const profiles = {
      a: { mcpServers: ["crm", "files"] },
      b: { mcpServers: inline },
      c: { mcpServers: [] },
    };
    const { config } = bed.resolve({ mcpServers, profiles }, { environment });
    expect(config.profiles["a"]?.mcpServers).toEqual({
      crm: config.mcpServers["crm"],
      files: config.mcpServers["files"],
    });
    expect(config.profiles["b"]?.mcpServers).toEqual({
      mine: { type: "stdio", command: "mine", args: [], env: { TOKEN: "t0ken-value" } },
    });
    expect(config.profiles["c"]?.mcpServers).toEqual({});
    expect(config.profiles["default"]?.mcpServers).toEqual({});
  });

  test.each<[object, string]>([
    [{ s: {} }, "mcpServers.s: expected a command (a program on this machine) or a url."],
    [{ s: { command: "a", url: "http://b" } }, "mcpServers.s: expected a command or a url, not both."],
    [{ s: { command: "a", type: "http" } }, "a server of type http has a url, not a command"],
    [{ s: { url: "http://b", type: "stdio" } }, "a server of type stdio has a command, not a url"],
    [{ s: { command: "a", headers: {} } }, "headers belong to a server with a url"],
    [{ s: { url: "http://b", env: {} } }, "args and env belong to a server with a command"],
    [{ s: { url: "ftp://b" } }, "mcpServers.s.url: expected a URL that begins with http:// or https://."],
    [{ s: { url: "${GONE}" } }, "mcpServers.s.url: the environment variable GONE is not set."],
    [{ s: { command: "a", args: [1] } }, "mcpServers.s.args.0: expected text"],
    [{ s: { command: "a", args: "-y" } }, "mcpServers.s.args: expected a list of texts"],
    [{ s: { command: "a", args: ["${GONE}"] } }, "mcpServers.s.args.0: the environment variable GONE"],
    [{ s: { command: "a", env: { T: "${GONE}" } } }, "mcpServers.s.env.T: the environment variable GONE"],
    [{ s: { url: "http://b", headers: { T: "${GONE}" } } }, "mcpServers.s.headers.T: the environment"],
    [{ s: { url: "http://b", headers: { "a b": "x" } } }, "mcpServers.s.headers.a b is no usable name"],
    [
      { s: { command: "a", comand: "b" } },
      "mcpServers.s.comand is not a setting. Did you mean mcpServers.s.command?",
    ],
    [{ "a b": { command: "a" } }, "mcpServers.a b is no usable name"],
    [{ a__b: { command: "a" } }, "mcpServers.a__b is no usable name"],
    [{ client_1: { command: "a" } }, "mcpServers.client_1 is no usable name"],
  ])("%j is one clear line", (given, expected) => {
    const problems = bed.problemsOf({ mcpServers: given });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(expected);
  });

  test("and environments never show a value, in problems as in config show", () => {
    const profiles = { p: { mcpServers: ["crm"], environment: { SECRET: "s3cret-value" } } };
    const resolved = bed.resolve({ mcpServers, profiles }, { environment });
    const rows = new Map(describeConfig(resolved).map((row) => [row.key, row.value]));
    expect(rows.get("mcpServers.files")).toBe("stdio npx -y a-server ${DIR:-.}, env TOKEN=***");
    expect(rows.get("mcpServers.crm")).toBe(
      "http https://crm.example.com/${TEAM}, headers Authorization=***",
    );
    expect(rows.get("profiles.p")).toContain("MCP servers crm, environment SECRET=***");
    expect(JSON.stringify([...rows])).not.toMatch(/t0ken-value|s3cret-value/);

    const problems = bed.problemsOf({
      mcpServers: { a: { command: "x", type: "http", env: { T: "s3cret-value" } } },
      profiles: { p: { environment: { A: "s3cret-value\n" } } },
    });
    expect(problems).toHaveLength(2);
    expect(problems.join()).not.toContain("s3cret-value");
  });

  test("a URL's password and query are not shown", () => {
    const resolved = bed.resolve({ mcpServers: { a: { url: "https://u:pw@b/mcp?key=secret" } } });
    const row = describeConfig(resolved).find(({ key }) => key === "mcpServers.a");
    expect(row).toMatchObject({
      value: "http https://***@b/mcp?***",
      origin: `${bed.configFile}: mcpServers.a`,
    });
  });
});
