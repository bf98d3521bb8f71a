import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import { lookForFile } from "./look-for-file.ts";

test("a file that is gone, or whose folder has become something else, is missed, and found again", () => {
  const root = mkdtempSync(join(tmpdir(), "turnpike-look-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const folder = join(root, "data");
  const file = join(root, "data", "turnpike.db");
  mkdirSync(folder);
  writeFileSync(file, "");
  const look = lookForFile(file);
  expect(look()).toBeUndefined();
  renameSync(folder, join(root, "elsewhere"));
  expect(look()).toMatch(/removed or replaced/);
  writeFileSync(folder, "a file in the folder's place");
  expect(look()).toMatch(/removed or replaced/);
  rmSync(folder);
  renameSync(join(root, "elsewhere"), folder);
  expect(look()).toBeUndefined();
});
