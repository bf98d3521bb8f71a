import { closeSync, mkdtempSync, openSync, realpathSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import { FakeContext } from "../../../test/cli/fake-context.ts";
import { serveControl } from "../../../test/cli/serve-control.ts";
import { runProgram } from "../turnpike.ts";

test.skipIf(process.platform !== "linux")(
  "what a running server prints into is its log, also when the clock was set back since",
  async () => {
    const dataDir = realpathSync(mkdtempSync(join(tmpdir(), "turnpike-")));
    onTestFinished(() => rmSync(dataDir, { recursive: true }));
    const file = join(dataDir, "server.log");
    writeFileSync(file, "The last line.\n");
    // This process stands for the server.
    const printing = openSync(file, "a");
    utimesSync(file, 1_000, 1_000);
    await serveControl(dataDir, { log_file: null, started_at: 2_000_000 });
    const fake = new FakeContext(dataDir);
    const logs = () => runProgram(["logs", "--data-dir", dataDir], fake.context);
    expect(await logs()).toBe(0);
    expect(fake.printed).toEqual(["The last line."]);

    closeSync(printing);
    expect(await logs()).toBe(1);
    expect(fake.errors.join()).toContain("prints its log to where it was started");
  },
);
