import { readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";
import * as zod from "zod";

const entrySchema = zod.looseObject({
  resolved: zod.string().optional(),
  integrity: zod.string().optional(),
  optionalDependencies: zod.record(zod.string(), zod.string()).optional(),
});
const lockSchema = zod.looseObject({ packages: zod.record(zod.string(), entrySchema) });
type Packages = zod.infer<typeof lockSchema>["packages"];

/** Each has packages for itself. */
const FOLDERS = [".", "dashboard", "runtime", "test", "test/clients/programs", "test/tools"];

describe.each(FOLDERS)("the lockfile in %s", (folder) => {
  const { packages } = lockSchema.parse(
    JSON.parse(readFileSync(join(import.meta.dirname, "..", folder, "package-lock.json"), "utf8")),
  );

  test("names every platform's packages, so that `npm ci` works on all of them", () => {
    const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).filter((name) => !isLocked(packages, path, name)),
    );
    expect(missing).toEqual([]);
  });

  test("names no registry", () => {
    expect(Object.values(packages).flatMap(({ resolved }) => resolved ?? [])).toEqual([]);
  });

  test("pins what is in it by its hash", () => {
    const unpinned = Object.entries(packages).filter(([path, { integrity }]) => path !== "" && !integrity);
    expect(unpinned.map(([path]) => path)).toEqual([]);
  });
});

/** Node looks in the package's own folder first, then in those around it. */
function isLocked(packages: Packages, path: string, name: string): boolean {
  for (let folder = path; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf("/node_modules/")))) {
    if (Object.hasOwn(packages, folder === "" ? `node_modules/${name}` : `${folder}/node_modules/${name}`))
      return true;
    if (folder === "") return false;
  }
}
