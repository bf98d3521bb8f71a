import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, expect, test } from "vitest";

import { ensureFolder, ensureFolderSync } from "./ensure-folder.ts";

const root = mkdtempSync(join(tmpdir(), "turnpike-test-"));
afterAll(() => rmSync(root, { recursive: true }));

const WAYS = {
  ensureFolder,
  ensureFolderSync: async (...args: Parameters<typeof ensureFolderSync>) => ensureFolderSync(...args),
};

for (const [name, make] of Object.entries(WAYS)) {
  test(`${name} makes what is missing, with the mode, and takes what is there`, async () => {
    const folder = join(root, name, "a", "b");
    await make(folder, 0o700);
    await make(folder, 0o700);
    expect([folder, join(root, name)].map((each) => statSync(each).mode & 0o777)).toEqual([0o700, 0o700]);
  });

  test(`${name} several times at once makes one`, async () => {
    const folder = join(root, `${name}-at-once`, "a", "b");
    await Promise.all(Array.from({ length: 10 }, () => make(folder)));
    expect(statSync(folder).isDirectory()).toBe(true);
  });

  test(`${name} says what is in its way`, async () => {
    const file = join(root, `${name}-file`);
    writeFileSync(file, "");
    await expect(make(file)).rejects.toMatchObject({ code: "EEXIST" });
    await expect(make(join(file, "a", "b"))).rejects.toMatchObject({ code: "ENOTDIR" });
  });
}
