import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import { FakeContext } from "../../../../test/cli/fake-context.ts";
import { runProgram } from "../../turnpike.ts";
import { installService } from "./service.ts";

/** Installs the service where programs of the system write down what they are asked. */
async function install(platform: "linux" | "darwin") {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "turnpike-service-")));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const asked = join(folder, "asked");
  mkdirSync(join(folder, "bin"));
  for (const name of ["systemctl", "launchctl"]) {
    const script = `#!/bin/sh\necho "$*" >> ${asked}\n[ "$1" != bootout ]\n`;
    writeFileSync(join(folder, "bin", name), script, { mode: 0o755 });
  }
  const fake = new FakeContext(folder);
  fake.environment = { PATH: `${join(folder, "bin")}:/usr/bin:/bin` };
  const { context } = fake;
  const code = await installService({ flags: { dataDir: folder } }, false, {
    ...context,
    machine: { ...context.machine, platform, userId: 501 },
  });
  expect(code).toBe(0);
  expect(fake.printed.join("\n")).toContain("It is running");
  return readFileSync(asked, "utf8")
    .trim()
    .split("\n")
    .map((line) => line.replaceAll(/\S*turnpike\S*/g, "SERVICE"));
}

test.skipIf(process.platform === "win32")("a service that runs already takes the new settings", async () => {
  expect(await install("linux")).toEqual([
    "--user daemon-reload",
    "--user enable SERVICE",
    "--user restart SERVICE",
  ]);
  // There may be none to end.
  expect(await install("darwin")).toEqual(["bootout SERVICE", "bootstrap gui/501 SERVICE"]);
});

test.skipIf(process.platform === "win32")(
  "for programs: one object, whether it could be begun or not",
  async () => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), "turnpike-service-")));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    mkdirSync(join(folder, "bin"));
    const fake = new FakeContext(folder);
    fake.environment = { PATH: join(folder, "bin"), ANTHROPIC_API_KEY: "sk-ant-test" };
    const run = async (name: string) => {
      fake.printed.length = 0;
      expect(await runProgram(["service", name, "--json", "--data-dir", folder], fake.context)).toBe(0);
      return JSON.parse(fake.printed.join("\n"));
    };
    const file = join(folder, ".config", "systemd", "user");
    const installed = await run("install");
    expect(installed).toMatchObject({
      file: expect.stringContaining(file),
      is_running: false,
      problem: expect.stringContaining("systemctl could not be asked"),
      api_key: expect.stringMatching(/^tp-/),
      warnings: [expect.stringContaining("ANTHROPIC_API_KEY")],
    });
    expect(readFileSync(installed.file, "utf8")).not.toContain("--json");
    expect(await run("install")).toMatchObject({ api_key: null });
    expect(await run("uninstall")).toMatchObject({ file: installed.file, is_removed: true });
    expect(await run("uninstall")).toMatchObject({ is_removed: false });
  },
);

test("where its file cannot be written, that is told in a line", async () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "turnpike-service-")));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, ".config"), "");
  const fake = new FakeContext(folder);
  expect(await runProgram(["service", "install", "--data-dir", folder], fake.context)).toBe(1);
  expect(fake.errors.join("\n")).toMatch(
    /^\S+turnpike\S*\.service cannot be written \((ENOTDIR|EEXIST)\)\. Make \S+ a folder/,
  );
});
