import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import type { NodeId } from "../../core/words/ids.ts";
import { LockedPresence } from "./locked-presence.ts";

// Proof for the casts: any text may serve as an id in a test.
const ONE = "node_one" as NodeId;
const TWO = "node_two" as NodeId;

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "turnpike-presence-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

test("a node that lives is not gone, however often one asks; one that has closed leaves nothing behind", () => {
  const folder = join(makeFolder(), "nodes");
  const one = new LockedPresence(folder, ONE);
  const two = new LockedPresence(folder, TWO);
  for (let times = 0; times < 3; times++) {
    expect(one.findGone()).toEqual([]);
    expect(two.findGone()).toEqual([]);
  }
  one.close();
  expect(two.findGone()).toEqual([]);
  two.close();
  expect(readdirSync(folder)).toEqual([]);
});

test("one whose process was killed is gone, and forgotten once that is said", async () => {
  const folder = makeFolder();
  const program = join(folder, "hold.ts");
  const source = join(import.meta.dirname, "locked-presence.ts");
  writeFileSync(
    program,
    `import { LockedPresence } from ${JSON.stringify(source)};
     // Kept reachable: SQLite's file, and its lock with it, would go with the next garbage collection.
     globalThis.held = new LockedPresence(${JSON.stringify(join(folder, "nodes"))}, "node_two");
     process.send("held");
     setInterval(() => {}, 1000);`,
  );
  const child = fork(program);
  onTestFinished(() => void child.kill("SIGKILL"));
  await once(child, "message");
  const one = new LockedPresence(join(folder, "nodes"), ONE);
  expect(one.findGone()).toEqual([]);
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(one.findGone()).toEqual([TWO]);
  one.forget(TWO);
  expect(one.findGone()).toEqual([]);
  one.close();
});
