import { execFileSync, spawnSync } from "node:child_process";
import { closeSync, existsSync, mkdtempSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

const IMPORT = `import { openFileOutput } from ${JSON.stringify(new URL("log-output.ts", import.meta.url).href)};`;
const PROGRAM = `
  import { stat } from "node:fs/promises";
  ${IMPORT}
  const output = openFileOutput("/dev/full");
  const write = () => output.write('{"event":"one"}');
  write();
  // By then the first write has failed: it was asked of the system before.
  for (let round = 0; round < 50; round += 1) await stat("/dev/full");
  write();
  process.exit(7);
`;

const run = (program: string) =>
  spawnSync(process.execPath, ["--input-type=module", "--eval", program], { timeout: 20_000 });

test.skipIf(!existsSync("/dev/full"))("a process whose log is on a full disk ends all the same", () => {
  const ended = run(PROGRAM);
  expect([ended.status, ended.signal, String(ended.stderr)]).toEqual([7, null, ""]);
});

test.skipIf(process.platform === "win32")(
  "a process ends whose log is a pipe that is full, and none waits for a pipe's reader",
  () => {
    const folder = mkdtempSync(join(tmpdir(), "turnpike-log-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const pipe = join(folder, "pipe");
    execFileSync("mkfifo", [pipe]);
    const logged = (event: string) => `
      ${IMPORT}
      openFileOutput(${JSON.stringify(pipe)}).write(JSON.stringify({ event: ${event} }));
      process.exit(7);`;
    expect(String(run(logged('"one"')).stderr)).toMatch(/ENXIO/);
    // Open for both, it is a reader that reads nothing.
    const reader = openSync(pipe, "r+");
    onTestFinished(() => closeSync(reader));
    const stopped = run(logged('"x".repeat(200_000)'));
    expect([stopped.status, stopped.signal, String(stopped.stderr)]).toEqual([7, null, ""]);
  },
);
