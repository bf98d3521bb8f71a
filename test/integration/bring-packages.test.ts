import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { makeFolder } from "./start-turnpike.ts";

const ROOT = join(import.meta.dirname, "..", "..");

/** A checkout with a folder `part` that has one small package for itself, locked as in the dashboard's. */
async function makeCheckout() {
  const checkout = await makeFolder();
  const part = join(checkout, "part");
  mkdirSync(part);
  cpSync(join(ROOT, "runtime"), join(checkout, "runtime"), { recursive: true });
  const lock = (name: string, integrity: string) => {
    const root = { name: "part", version: "0.0.0", dependencies: { [name]: "1.0.1" } };
    writeFileSync(join(part, "package.json"), JSON.stringify(root));
    writeFileSync(
      join(part, "package-lock.json"),
      JSON.stringify({
        name: "part",
        version: "0.0.0",
        lockfileVersion: 3,
        packages: { "": root, [`node_modules/${name}`]: { version: "1.0.1", integrity } },
      }),
    );
  };
  const bring = () => {
    const { status, stderr } = spawnSync(
      process.execPath,
      [join(checkout, "runtime", "bring-packages.cjs"), "part"],
      { encoding: "utf8" },
    );
    return { status, stderr };
  };
  return { part, lock, bring };
}

const NONCE =
  "sha512-FJhYRoDaiatfEkUK8HKlicmu/3SGFD51q3itKDGoSTysQJBnfOcxU5GxnhE1E6soB76MbT0MBtnKJuXyAx+96Q==";

test("the packages of a folder are brought once, and again when the lockfile is another", async () => {
  const { part, lock, bring } = await makeCheckout();
  const installed = join(part, "node_modules", "get-nonce", "package.json");
  lock("get-nonce", NONCE);
  expect(bring()).toEqual({ status: 0, stderr: expect.stringMatching(/^Installing [^\n]+\n$/) });
  const { ino } = statSync(installed);
  expect(bring()).toEqual({ status: 0, stderr: "" });
  expect(statSync(installed).ino).toBe(ino);

  writeFileSync(join(part, "package-lock.json"), " ", { flag: "a" });
  expect(bring()).toEqual({ status: 0, stderr: expect.stringContaining("Installing") });
  expect(statSync(installed).ino).not.toBe(ino);
});

test("what cannot be installed leaves what there was, and nothing of its own", async () => {
  const { part, lock, bring } = await makeCheckout();
  lock("get-nonce", NONCE);
  bring();
  const before = readdirSync(part);
  lock("get-nonce", `sha512-${"A".repeat(86)}==`);
  expect(bring()).toEqual({ status: 1, stderr: expect.stringMatching(/`part` could not be installed/) });
  expect(readdirSync(part)).toEqual(before);
  expect(existsSync(join(part, "node_modules", "get-nonce"))).toBe(true);
});
