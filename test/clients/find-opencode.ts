import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

import * as zod from "zod";

const packageSchema = zod.looseObject({ optionalDependencies: zod.record(zod.string(), zod.string()) });

/**
 * The program of the package for this machine. Its npm package would put it into place with an install script, which this
 * project does not run.
 */
export function findOpencode(): string {
  const { resolve } = createRequire(import.meta.url);
  const manifest = resolve("opencode-ai/package.json");
  const { optionalDependencies } = packageSchema.parse(JSON.parse(readFileSync(manifest, "utf8")));
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const prefix = `opencode-${platform}-${process.arch}`;
  const installed = Object.keys(optionalDependencies)
    .filter((name) => name.startsWith(prefix))
    // The variants named "baseline" run on every processor.
    .toSorted((left, right) => Number(right.includes("baseline")) - Number(left.includes("baseline")))
    .flatMap((name) => {
      try {
        return [resolve(`${name}/package.json`)];
      } catch {
        // Meant for another platform, so npm left it out.
        return [];
      }
    });
  const [found] = installed;
  if (found === undefined) throw new Error(`opencode has no program for ${prefix}.`);
  return join(dirname(found), "bin", platform === "windows" ? "opencode.exe" : "opencode");
}
