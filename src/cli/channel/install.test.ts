import { execFileSync } from "node:child_process";
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { ConfigError } from "../../config/config-error.ts";
import { FakeContext } from "../../../test/cli/fake-context.ts";
import { installChannel, type InstallRequest } from "./install.ts";

let folder: string;
let project: string;
let settings: string;
let fake: FakeContext;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "turnpike-install-")));
  project = join(folder, "project");
  settings = join(project, ".claude", "settings.local.json");
  mkdirSync(join(project, ".claude"), { recursive: true });
  fake = new FakeContext(folder);
});
afterEach(() => rmSync(folder, { recursive: true }));

async function install(
  flags: Readonly<Record<string, unknown>> = {},
  more: Partial<InstallRequest & { readonly configFile: string }> = {},
) {
  [fake.printed.length, fake.errors.length] = [0, 0];
  const { configFile, ...request } = more;
  await installChannel(
    { project, transport: "auto", isJson: false, ...request },
    { flags: { dataDir: "data", ...flags }, ...(configFile !== undefined && { configFile }) },
    fake.context,
  );
  return { printed: fake.printed.join("\n"), warned: fake.errors.join("\n") };
}

const servers = () => join(project, ".mcp.json");

/** What Claude Code starts. */
function ownServer(): { readonly args: readonly string[]; readonly env: Readonly<Record<string, string>> } {
  return JSON.parse(readFileSync(servers(), "utf8")).mcpServers.turnpike;
}

/** Of what Claude Code starts: the values behind a flag. */
function valuesOf(flag: string): readonly (string | undefined)[] {
  const { args } = ownServer();
  return args.flatMap((one, index) => (one === flag ? [args[index + 1]] : []));
}

test("the approver key is made and shown once, and no advice puts it where Claude can read it", async () => {
  const { printed, warned } = await install();
  const key = /^Approver (tp-approver-\S+)$/m.exec(printed)?.[1] ?? "";
  expect(key).not.toBe("");
  expect(warned).toBe("");
  const file = join(folder, "data", "approver-key");
  expect(readFileSync(file, "utf8")).not.toContain(key);
  const again = await install();
  expect(again.printed).not.toContain(key);
  expect(again.printed).toContain(`for a new one delete ${file}`);

  await expect(install({ "auth.approverKeys": ["tp-approver-mine-1"] })).rejects.toThrow(
    /Leave it out.*must not be in Claude Code's environment/,
  );
  await expect(install({ "auth.apiKeys": ["tp-mine-00000001"] })).rejects.toThrow(/<data-dir>\/api-key/);
  fake.environment = { TURNPIKE_APPROVER_KEYS: "tp-approver-mine-1" };
  const exposed = await install();
  expect(exposed.printed).toContain("Approver the configured key");
  expect(exposed.warned).toMatch(/Leave TURNPIKE_APPROVER_KEYS out/);
});

test.skipIf(process.platform === "win32")(
  "the file with the secret is closed to others, whatever its mode was",
  async () => {
    for (const file of [settings, servers()]) {
      writeFileSync(file, "{}");
      chmodSync(file, 0o644);
    }
    await install();
    expect(readFileSync(settings, "utf8")).toContain("tp-hook-");
    expect([settings, servers()].map((file) => statSync(file).mode & 0o777)).toEqual([0o600, 0o644]);
    expect(readdirSync(join(project, ".claude"))).toEqual(["settings.local.json"]);
  },
);

test.skipIf(process.platform === "win32")(
  "files that are links stay links, and git is asked about the file with the secret itself",
  async () => {
    const dotfiles = join(folder, "dotfiles");
    mkdirSync(dotfiles);
    writeFileSync(join(dotfiles, "settings.json"), '{"model":"opus"}');
    symlinkSync("../../dotfiles/settings.json", settings);
    symlinkSync("../dotfiles/not/yet/mcp.json", join(project, ".mcp.json"));
    const env = { PATH: process.env["PATH"], HOME: folder, GIT_CONFIG_NOSYSTEM: "1" };
    execFileSync("git", ["init", "--quiet", dotfiles], { env });
    fake.environment = { PATH: process.env["PATH"] ?? "", HOME: folder };
    expect((await install()).warned).toContain("git does not ignore it");
    for (const file of [settings, join(project, ".mcp.json")]) {
      expect(lstatSync(file).isSymbolicLink()).toBe(true);
    }
    const written = JSON.parse(readFileSync(join(dotfiles, "settings.json"), "utf8"));
    expect(written).toMatchObject({ model: "opus", crossSessionInbound: "accept" });
    expect(readFileSync(join(dotfiles, "not/yet/mcp.json"), "utf8")).toContain("alwaysLoad");
  },
);

test("says so where git does not ignore the file with the secret", async () => {
  // Nothing of the machine's own settings: they may ignore it.
  const env = { PATH: process.env["PATH"], HOME: folder, GIT_CONFIG_NOSYSTEM: "1" };
  execFileSync("git", ["init", "--quiet", project], { env });
  fake.environment = { PATH: process.env["PATH"] ?? "", HOME: folder };
  expect((await install()).warned).toContain(`${settings} holds a secret, and git does not ignore it`);
  writeFileSync(join(project, ".gitignore"), "settings.local.json\n");
  expect((await install()).warned).toBe("");
});

test("Claude Code starts the server from its own folder, so every path is whole", async () => {
  for (const name of ["one", "two"]) mkdirSync(join(folder, name));
  writeFileSync(join(folder, "own.yaml"), "");
  const flags = {
    dataDir: "./rel",
    "log.file": "../my.log",
    workspace: "one",
    trustedFolders: ["one", "~/two"],
    "server.allowedHosts": ["one"],
  };
  await install(flags, { configFile: "own.yaml" });
  expect(valuesOf("--data-dir")).toEqual([join(folder, "rel")]);
  expect(valuesOf("--log-file")).toEqual([join(folder, "..", "my.log")]);
  expect(valuesOf("--workspace")).toEqual([join(folder, "one")]);
  expect(valuesOf("--trusted-folder")).toEqual([join(folder, "one"), join(folder, "two")]);
  expect(valuesOf("--config")).toEqual([join(folder, "own.yaml")]);
  expect(valuesOf("--allowed-host")).toEqual(["one"]);
});

test("what variables say at the installation is written down, but no secret", async () => {
  mkdirSync(join(folder, "one"));
  writeFileSync(join(folder, "own.yaml"), "");
  fake.environment = {
    TURNPIKE_PORT: "5000",
    TURNPIKE_QUEUE: "3",
    TURNPIKE_LOG_FILE: "my.log",
    TURNPIKE_TRUSTED_FOLDERS: "one, .",
    TURNPIKE_OPEN_METRICS: "off",
    TURNPIKE_CONFIG: "own.yaml",
    OPENAI_COMPAT_TIMEOUT: "60000",
    OPENAI_COMPAT_MODEL: "mine",
    OPENAI_COMPAT_API_KEY: "a-key-of-theirs-1",
    XDG_DATA_HOME: join(folder, "xdg"),
    UNRELATED: "1",
  };
  const { printed, warned } = await install({ "turns.queue": "4" });
  expect(printed).toContain("Base URL http://127.0.0.1:5000/v1");
  expect(readFileSync(settings, "utf8")).toContain("http://127.0.0.1:5000/hooks");
  expect(ownServer().env).toEqual({
    TURNPIKE_PORT: "5000",
    TURNPIKE_LOG_FILE: join(folder, "my.log"),
    TURNPIKE_LOG_LEVEL: "none",
    TURNPIKE_TRUSTED_FOLDER: `${join(folder, "one")},${folder}`,
    TURNPIKE_OPEN_METRICS: "off",
    TURNPIKE_TURN_TIMEOUT: "60000ms",
    TURNPIKE_CONFIG: join(folder, "own.yaml"),
    OPENAI_COMPAT_MODEL: "mine",
    XDG_DATA_HOME: join(folder, "xdg"),
  });
  expect(valuesOf("--queue")).toEqual(["4"]);
  expect(warned).toContain("OPENAI_COMPAT_API_KEY is secret and not written down");
  expect(readFileSync(servers(), "utf8")).not.toContain("a-key-of-theirs");
});

test("a person's own hooks stay beside ours, however often it is installed", async () => {
  const own = { type: "command", command: "say done" };
  const matcher = { matcher: "*", hooks: [own] };
  writeFileSync(settings, JSON.stringify({ hooks: { Stop: [matcher], Elsewhere: [matcher] } }));
  await install();
  const first = JSON.parse(readFileSync(settings, "utf8"));
  const [, { hooks: ours }] = first.hooks.Stop;
  // As people tidy up: all in one array.
  writeFileSync(settings, JSON.stringify({ hooks: { Stop: [{ hooks: [...ours, own] }] } }));
  await install({ "server.port": "4200" });
  const { hooks } = JSON.parse(readFileSync(settings, "utf8"));
  expect(hooks.Stop).toEqual([
    { hooks: [own] },
    { hooks: [{ ...ours[0], url: "http://127.0.0.1:4200/hooks/claude-code" }] },
  ]);
  await install();
  expect(JSON.parse(readFileSync(settings, "utf8")).hooks.Stop).toHaveLength(2);
});

test.skipIf(process.platform !== "linux")(
  "when one file cannot be written, the other one stays as it was, and nothing is left behind",
  async () => {
    writeFileSync(servers(), "{}");
    // The draft beside it would have too long a name.
    symlinkSync("s".repeat(250), settings);
    await expect(install()).rejects.toThrow(ConfigError);
    await expect(install()).rejects.toThrow(
      /cannot be written \(ENAMETOOLONG\), so both are left as they were/,
    );
    expect(readFileSync(servers(), "utf8")).toBe("{}");
    expect(readdirSync(project).toSorted()).toEqual([".claude", ".mcp.json"]);
  },
);

test("a file with a byte order mark is taken", async () => {
  writeFileSync(servers(), '\uFEFF{"mcpServers":{"docs":{"command":"docs"}}}');
  await install();
  expect(Object.keys(JSON.parse(readFileSync(servers(), "utf8")).mcpServers)).toEqual(["docs", "turnpike"]);
});

test("a project that is not there is refused, and not made", async () => {
  const missing = join(folder, "projekt");
  await expect(install({}, { project: missing })).rejects.toThrow(`There is no folder ${missing}.`);
  expect(readdirSync(folder)).toEqual(["project"]);
});

test.each([
  ["settings.json", { disableAllHooks: true }, /disableAllHooks is true/],
  ["settings.local.json", { disableAllHooks: true }, /disableAllHooks is true/],
  ["settings.json", { disabledMcpjsonServers: ["turnpike"] }, /disabledMcpjsonServers names turnpike/],
  ["settings.json", { permissions: { deny: ["mcp__turnpike__reply"] } }, /deny has mcp__turnpike__reply/],
  ["settings.json", { permissions: { deny: ["mcp__turnpike"] } }, /deny has mcp__turnpike,/],
  ["settings.json", { permissions: { deny: ["mcp__*"] } }, /deny has mcp__\*/],
  ["settings.json", { permissions: { ask: ["mcp__turnpike__*"] } }, /you are asked before each answer/],
])("says what makes the channel dead: %s with %j", async (name, content, message) => {
  mkdirSync(join(folder, ".claude"));
  for (const place of [project, folder]) {
    const file = join(place, ".claude", name);
    writeFileSync(file, JSON.stringify(content));
    const { warned } = await install();
    expect(warned).toMatch(message);
    expect(warned).toContain(`Warning: ${file}: `);
    rmSync(file);
  }
  writeFileSync(join(folder, ".claude", name), '{"permissions":{"deny":["Bash","mcp__docs__*"]}}');
  expect((await install()).warned).toBe("");
});

test("of two words on hooks the nearer one counts, and servers by the command line are not the project's", async () => {
  mkdirSync(join(folder, ".claude"));
  const user = join(folder, ".claude", "settings.json");
  writeFileSync(user, '{"disableAllHooks":true,"disabledMcpjsonServers":["turnpike"]}');
  writeFileSync(join(project, ".claude", "settings.json"), '{"disableAllHooks":false}');
  expect((await install()).warned).not.toContain("disableAllHooks");
  const { warned } = await install({}, { into: join(folder, "own") });
  expect(warned).toContain(`${user}: disableAllHooks is true`);
  expect(warned).not.toContain("disabledMcpjsonServers");
});

test("for programs: one object, with the keys that are shown now", async () => {
  writeFileSync(settings, '{"disableAllHooks":true}');
  const { printed, warned } = await install({}, { isJson: true });
  const told = JSON.parse(printed);
  expect(told).toMatchObject({
    files: [servers(), settings],
    base_url: "http://127.0.0.1:4142/v1",
    api_key: expect.stringMatching(/^tp-/),
    approver_key: expect.stringMatching(/^tp-approver-/),
    command: expect.stringMatching(/^cd .* && claude /),
    warnings: [expect.stringContaining("disableAllHooks is true")],
  });
  expect(warned).toContain("disableAllHooks is true");
  expect(JSON.parse((await install({}, { isJson: true })).printed).approver_key).toBe(null);
});

test.skipIf(process.platform === "win32")("a settings file that is a pipe is left alone", async () => {
  execFileSync("mkfifo", [settings]);
  await expect(install()).rejects.toThrow("a device or a pipe");
  expect(lstatSync(settings).isFIFO()).toBe(true);
  expect(readdirSync(project)).toEqual([".claude"]);
});
