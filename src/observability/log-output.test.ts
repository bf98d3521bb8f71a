import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

import { expect, test } from "vitest";

const PROGRAM = `
  import { stat } from "node:fs/promises";
  import { openFileOutput } from ${JSON.stringify(new URL("log-output.ts", import.meta.url).href)};
  const output = openFileOutput("/dev/full");
  const write = () => output.write('{"event":"one"}');
  write();
  // By then the first write has failed: it was asked of the system before.
  for (let round = 0; round < 50; round += 1) await stat("/dev/full");
  write();
  process.exit(7);
`;

test.skipIf(!existsSync("/dev/full"))("a process whose log is on a full disk ends all the same", () => {
  const run = spawnSync(process.execPath, ["--input-type=module", "--eval", PROGRAM], { timeout: 10_000 });
  expect([run.status, run.signal, String(run.stderr)]).toEqual([7, null, ""]);
});
