import { execFile } from "node:child_process";
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

import * as zod from "zod";

import { copyCheckout } from "../integration/copy-checkout.ts";

const ROOT = join(import.meta.dirname, "..", "..");

const packedSchema = zod.object({
  filename: zod.string(),
  /** Bytes, packed and unpacked. */
  size: zod.number(),
  unpackedSize: zod.number(),
  files: zod.array(zod.object({ path: zod.string(), size: zod.number() })),
});

export interface Tarball extends zod.infer<typeof packedSchema> {
  readonly path: string;
}

/** What `npm publish` would publish of this checkout, built and packed in `folder`. */
export async function packTurnpike(folder: string): Promise<Tarball> {
  const checkout = join(folder, "checkout");
  await copyCheckout(checkout);
  for (const packages of ["node_modules", "dashboard/node_modules"]) {
    symlinkSync(join(ROOT, packages), join(checkout, packages));
  }
  const { stdout } = await promisify(execFile)("npm", ["pack", "--json", "--pack-destination", folder], {
    cwd: checkout,
    maxBuffer: 16 * 1024 * 1024,
  });
  // The scripts that run before it print, too.
  const printed: unknown = JSON.parse(stdout.slice(stdout.search(/^\[/m)));
  const [packed] = zod.array(packedSchema).length(1).parse(printed);
  if (!packed) throw new Error("npm packs one package");
  return { ...packed, path: join(folder, packed.filename) };
}
