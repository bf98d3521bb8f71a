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

import { FakeContext } from "../../../test/cli/fake-context.ts";
import { installChannel } from "./install.ts";

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

async function install(flags: Readonly<Record<string, unknown>> = {}) {
  [fake.printed.length, fake.errors.length] = [0, 0];
  await installChannel(
    { project, transport: "auto" },
    { flags: { dataDir: "data", ...flags } },
    fake.context,
  );
  return { printed: fake.printed.join("\n"), warned: fake.errors.join("\n") };
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
    const servers = join(project, ".mcp.json");
    for (const file of [settings, servers]) {
      writeFileSync(file, "{}");
      chmodSync(file, 0o644);
    }
    await install();
    expect(readFileSync(settings, "utf8")).toContain("tp-hook-");
    expect([settings, servers].map((file) => statSync(file).mode & 0o777)).toEqual([0o600, 0o644]);
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
