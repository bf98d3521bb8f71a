import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import { FakeContext } from "../../../../test/cli/fake-context.ts";
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
  const code = await installService(
    { flags: { dataDir: folder } },
    { ...context, machine: { ...context.machine, platform, userId: 501 } },
  );
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
