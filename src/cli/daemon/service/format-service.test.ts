import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import { formatLaunchdPlist } from "./format-launchd-plist.ts";
import { formatSystemdUnit } from "./format-systemd-unit.ts";
import type { ServiceDefinition } from "./service-definition.ts";

const SERVICE: ServiceDefinition = {
  command: [
    "/bin/sh",
    "/opt/tp/turnpike.cjs",
    "serve",
    "--workspace",
    `/a b/100% "$HOME"\\n`,
    "--model",
    "it's <new> & $x",
  ],
  folder: "/tmp",
  environment: { PATH: "/usr/bin:/opt/my tools/bin", ODD: `%h "quoted" $HOME` },
  outputFile: "/tmp/100%/server.log",
  environmentFile: "/tmp/environment",
  stopSeconds: 45,
};

test("a unit quotes what systemd would read otherwise", () => {
  const unit = formatSystemdUnit(SERVICE);
  expect(unit).toContain(
    String.raw`ExecStart="/bin/sh" "/opt/tp/turnpike.cjs" "serve" "--workspace" "/a b/100%% \"$$HOME\"\\n" "--model" "it's <new> & $$x"`,
  );
  expect(unit).toContain(String.raw`Environment="ODD=%%h \"quoted\" $HOME"`);
  expect(unit).toContain("StandardOutput=append:/tmp/100%%/server.log\n");
});

const canVerify = spawnSync("systemd-analyze", ["--version"]).status === 0;

test.skipIf(!canVerify)("systemd takes the unit", () => {
  const folder = mkdtempSync(join(tmpdir(), "turnpike-unit-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "turnpike.service");
  writeFileSync(file, formatSystemdUnit(SERVICE));
  const { status, stderr } = spawnSync("systemd-analyze", ["verify", "--man=no", file], { encoding: "utf8" });
  expect(stderr).not.toContain("turnpike.service:");
  expect(status).toBe(0);
});

test("a property list holds each argument as it is", () => {
  const plist = formatLaunchdPlist("dev.turnpike.server", SERVICE);
  const folder = mkdtempSync(join(tmpdir(), "turnpike-plist-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "job.plist"), plist);
  // Python reads property lists, wherever there is one.
  const script = `import json, plistlib, sys; print(json.dumps(plistlib.load(open(sys.argv[1], "rb"))))`;
  const read = spawnSync("python3", ["-c", script, join(folder, "job.plist")], { encoding: "utf8" });
  if (read.error) return expect(plist).toContain("<string>it's &lt;new&gt; &amp; $x</string>");
  expect(JSON.parse(read.stdout)).toMatchObject({
    Label: "dev.turnpike.server",
    ProgramArguments: SERVICE.command,
    EnvironmentVariables: SERVICE.environment,
    WorkingDirectory: "/tmp",
    KeepAlive: { SuccessfulExit: false },
  });
});
